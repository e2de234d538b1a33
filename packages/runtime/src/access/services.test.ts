import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FunctionTests, ROLE } from '../services/lambda/testing.ts';
import { startTestRuntime, type TestRuntime } from '../testing/test-runtime.ts';
import { until } from '../testing/until.ts';
import { AccessTests, allow, trust } from './testing.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:told';

let runtime: TestRuntime;
let lambda: Lambda;
const warnings: string[] = [];

beforeAll(async () => {
  runtime = await startTestRuntime({ access: 'enforce' });
  runtime.progress.listen((event) => event.type === 'warning' && warnings.push(event.message));
  lambda = new Lambda(runtime.clientConfig);
  const access = new AccessTests(runtime);
  const name = ROLE.slice(ROLE.lastIndexOf('/') + 1);
  await access.role(name, [allow('logs:*')], { trusts: trust('lambda.amazonaws.com') });
  await new FunctionTests(runtime).node(
    'told',
    'exports.handler = async (event) => console.log(JSON.stringify(event));',
  );
});
afterAll(() => runtime[Symbol.asyncDispose]());

async function permit(StatementId: string, Principal: string, SourceArn: string): Promise<void> {
  const Action = 'lambda:InvokeFunction';
  await lambda.addPermission({ FunctionName: 'told', StatementId, Action, Principal, SourceArn });
}

/** Once the function has logged a text. */
async function logged(text: string): Promise<void> {
  const logs = new CloudWatchLogs(runtime.clientConfig);
  await until(async () => {
    const found = await logs
      .filterLogEvents({ logGroupName: '/aws/lambda/told', filterPattern: `"${text}"` })
      .catch(() => ({ events: [] }));
    return (found.events ?? []).length > 0 || undefined;
  });
}

test('S3 invokes a function as long as its policy allows that bucket to', async () => {
  const s3 = new S3(runtime.clientConfig);
  await s3.createBucket({ Bucket: 'noted' });
  await permit('s3', 's3.amazonaws.com', 'arn:aws:s3:::noted');
  await s3.putBucketNotificationConfiguration({
    Bucket: 'noted',
    NotificationConfiguration: {
      LambdaFunctionConfigurations: [{ LambdaFunctionArn: FUNCTION, Events: ['s3:ObjectCreated:*'] }],
    },
  });
  await s3.putObject({ Bucket: 'noted', Key: 'first', Body: 'x' });
  await logged('first');
  await lambda.removePermission({ FunctionName: 'told', StatementId: 's3' });
  await permit('s3', 's3.amazonaws.com', 'arn:aws:s3:::another');
  await s3.putObject({ Bucket: 'noted', Key: 'second', Body: 'x' });
  const warning = await until(() => warnings.find((message) => message.includes('was dropped')));
  expect(warning).toBe(
    `A notification to ${FUNCTION} was dropped: User: s3.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: ${FUNCTION} because no resource-based policy allows the lambda:InvokeFunction action`,
  );
});

test('EventBridge invokes a function as long as its policy allows that rule to', async () => {
  const events = new EventBridge(runtime.clientConfig);
  await events.putRule({ Name: 'all', EventPattern: JSON.stringify({ source: ['test'] }) });
  await events.putTargets({ Rule: 'all', Targets: [{ Id: 'f', Arn: FUNCTION }] });
  const put = (DetailType: string) =>
    events.putEvents({ Entries: [{ Source: 'test', DetailType, Detail: '{}' }] });
  await put('too-early');
  const warning = await until(() => warnings.find((message) => message.includes('(rule all)')));
  expect(warning).toContain('User: events.amazonaws.com is not authorized to perform: lambda:InvokeFunction');
  await permit('events', 'events.amazonaws.com', 'arn:aws:events:us-east-1:000000000000:rule/all');
  await put('in-time');
  await logged('in-time');
});
