import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { template } from '../testing/lab.ts';

let runtime: TestRuntime;
let cfn: CloudFormation;

beforeAll(async () => {
  runtime = await startTestRuntime();
  cfn = new CloudFormation(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      ],
    },
  },
};

const lambdaFunction = (Runtime: string, ZipFile: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Runtime,
    Handler: 'index.handler',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Code: { ZipFile },
  },
});

const stack = (fn: object, more: object = {}) =>
  template(
    {
      Role: role,
      Fn: fn,
      It: {
        Type: 'Custom::It',
        Properties: {
          ServiceToken: { 'Fn::GetAtt': ['Fn', 'Arn'] },
          Number: 3,
          Flag: true,
          List: [1],
          ...more,
        },
      },
    },
    { Outputs: { Echo: { Value: { 'Fn::GetAtt': ['It', 'Echo'] } }, Id: { Value: { Ref: 'It' } } } },
  );

const PYTHON = `
import json, urllib.request
def handler(event, context):
    old = event.get('OldResourceProperties', {})
    fails = event['ResourceProperties'].get('Fail') == event['RequestType']
    body = json.dumps({
        'Status': 'FAILED' if fails else 'SUCCESS', 'Reason': 'as asked', 'StackId': event['StackId'],
        'RequestId': event['RequestId'], 'LogicalResourceId': event['LogicalResourceId'],
        'PhysicalResourceId': event.get('PhysicalResourceId', 'made-by-python'),
        'Data': {'Echo': json.dumps([event['RequestType'], event['ResourceType'], event['ResourceProperties']['Number'],
                 event['ResourceProperties']['Flag'], event['ResourceProperties']['List'], old.get('Number')])},
    }).encode()
    urllib.request.urlopen(urllib.request.Request(event['ResponseURL'], data=body, method='PUT'))
`;

// As the CDK's own handlers answer: by HTTPS, to the host's name and the path only.
const NODE = `
const https = require('https');
const url = require('url');
exports.handler = async (event) => {
  const to = url.parse(event.ResponseURL);
  const body = JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'made-by-node', StackId: event.StackId,
    RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId, Data: { Echo: event.RequestType } });
  await new Promise((resolve, reject) => {
    const request = https.request({ hostname: to.hostname, path: to.path, method: 'PUT',
      headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) } }, (response) => {
      response.resume();
      resolve();
    });
    request.on('error', reject);
    request.end(body);
  });
};
`;

const Capabilities = ['CAPABILITY_IAM' as const];
const outputsOf = async (StackName: string) =>
  Object.fromEntries(
    ((await cfn.describeStacks({ StackName })).Stacks?.[0]?.Outputs ?? []).map(
      ({ OutputKey, OutputValue }) => [OutputKey, OutputValue],
    ),
  );
const statusOf = async (StackName: string) =>
  (await cfn.describeStacks({ StackName })).Stacks?.[0]?.StackStatus;
const settles = (StackName: string, status: string) =>
  expect.poll(() => statusOf(StackName), { timeout: 30_000 }).toBe(status);

test('a function in Python carries out a custom resource: created, updated, failing, deleted', async () => {
  const StackName = 'python';
  const fn = lambdaFunction('python3.13', PYTHON);
  const { StackId } = await cfn.createStack({ StackName, TemplateBody: stack(fn), Capabilities });
  await settles(StackName, 'CREATE_COMPLETE');
  expect(await outputsOf(StackName)).toEqual({
    Id: 'made-by-python',
    Echo: '["Create", "Custom::It", "3", "true", ["1"], null]',
  });
  await cfn.updateStack({ StackName, TemplateBody: stack(fn, { Number: 4 }), Capabilities });
  await settles(StackName, 'UPDATE_COMPLETE');
  expect((await outputsOf(StackName))['Echo']).toBe('["Update", "Custom::It", "4", "true", ["1"], "3"]');
  await cfn.updateStack({ StackName, TemplateBody: stack(fn, { Number: 5, Fail: 'Update' }), Capabilities });
  await settles(StackName, 'UPDATE_ROLLBACK_COMPLETE');
  const { StackEvents = [] } = await cfn.describeStackEvents({ StackName });
  expect(StackEvents.map(({ ResourceStatusReason }) => ResourceStatusReason)).toContainEqual(
    expect.stringMatching(
      /^Received response status \[FAILED\] from custom resource\. Message returned: as asked \(RequestId: [0-9a-f-]{36}\)$/,
    ),
  );
  await cfn.deleteStack({ StackName });
  await settles(StackId!, 'DELETE_COMPLETE');
});

test('a function in JavaScript that answers by HTTPS, as those of the CDK do', async () => {
  const StackName = 'node';
  await cfn.createStack({ StackName, TemplateBody: stack(lambdaFunction('nodejs22.x', NODE)), Capabilities });
  await settles(StackName, 'CREATE_COMPLETE');
  expect(await outputsOf(StackName)).toEqual({ Id: 'made-by-node', Echo: 'Create' });
  const { StackId } = (await cfn.describeStacks({ StackName })).Stacks?.[0] ?? {};
  await cfn.deleteStack({ StackName });
  await settles(StackId!, 'DELETE_COMPLETE');
});

test('a custom resource needs a function', async () => {
  const TemplateBody = template({
    It: { Type: 'Custom::It', Properties: { ServiceToken: 'arn:aws:sns:x:y:z' } },
  });
  await cfn.createStack({ StackName: 'none', TemplateBody });
  expect(await statusOf('none')).toBe('ROLLBACK_COMPLETE');
  const { StackEvents = [] } = await cfn.describeStackEvents({ StackName: 'none' });
  expect(StackEvents.map(({ ResourceStatusReason }) => ResourceStatusReason)).toContainEqual(
    expect.stringContaining('Invalid service token: arn:aws:sns:x:y:z.'),
  );
});
