import { SNS } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployContext } from '../../testing/deploy-context.ts';
import { runAwsCli, runPython } from '../../testing/python-clients.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { snsResources } from './resources/index.ts';

const ARN = 'arn:aws:sns:us-east-1:000000000000';

let runtime: TestRuntime;
let sns: SNS;

beforeAll(async () => {
  runtime = await startTestRuntime();
  sns = new SNS(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

const attributes = async (TopicArn: string) => (await sns.getTopicAttributes({ TopicArn })).Attributes ?? {};

test('a topic has its defaults, and is created again only as it is', async () => {
  const { TopicArn = '' } = await sns.createTopic({ Name: 'plain', Tags: [{ Key: 'a', Value: 'b' }] });
  expect(TopicArn).toBe(`${ARN}:plain`);
  const shown = await attributes(TopicArn);
  expect(shown).toMatchObject({
    TopicArn,
    Owner: '000000000000',
    DisplayName: '',
    SubscriptionsConfirmed: '0',
    SubscriptionsPending: '0',
    SubscriptionsDeleted: '0',
  });
  expect(JSON.parse(shown['Policy'] ?? '')).toMatchObject({
    Id: '__default_policy_ID',
    Statement: [{ Resource: TopicArn }],
  });
  expect(JSON.parse(shown['EffectiveDeliveryPolicy'] ?? '').http.defaultHealthyRetryPolicy).toMatchObject({
    numRetries: 3,
  });
  expect((await sns.createTopic({ Name: 'plain' })).TopicArn).toBe(TopicArn);
  await expect(sns.createTopic({ Name: 'plain', Attributes: { DisplayName: 'x' } })).rejects.toThrow(
    'Invalid parameter: Attributes Reason: Topic already exists with different attributes',
  );
  await expect(sns.createTopic({ Name: 'plain', Tags: [] })).resolves.toBeDefined();
  await expect(sns.createTopic({ Name: 'plain', Tags: [{ Key: 'a', Value: 'c' }] })).rejects.toThrow(
    'different tags',
  );
  await sns.deleteTopic({ TopicArn });
  await sns.deleteTopic({ TopicArn });
  await expect(attributes(TopicArn)).rejects.toMatchObject({
    name: 'NotFoundException',
    message: 'Topic does not exist',
  });
});

test.each([
  ['bad name', {}, 'Invalid parameter: Topic Name'],
  ['no-suffix', { FifoTopic: 'true' }, 'Fifo Topic names must end with .fifo'],
  ['x', { ContentBasedDeduplication: 'true' }, 'can only be set for FIFO topics'],
  ['x', { Policy: '{' }, 'Policy'],
  ['x', { Colour: 'red' }, 'AttributeName'],
  ['x', { DeliveryPolicy: '{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":30}}}' }, 'minDelayTarget'],
  ['x', { SQSFailureFeedbackRoleArn: 'r' }, 'not supported by this version of Slipway'],
])('the topic %s with %j is refused', async (Name, Attributes, message) => {
  await expect(sns.createTopic({ Name, Attributes: Attributes as Record<string, string> })).rejects.toThrow(
    message,
  );
});

test('lists come in pages of a hundred', async () => {
  const other = new SNS({
    ...runtime.clientConfig,
    credentials: { accessKeyId: '111111111111', secretAccessKey: 'x' },
  });
  await Promise.all(Array.from({ length: 101 }, (_, number) => other.createTopic({ Name: `t${number}` })));
  const first = await other.listTopics({});
  const rest = await other.listTopics({ NextToken: first.NextToken });
  expect([first.Topics?.length, rest.Topics?.length, rest.NextToken]).toEqual([100, 1, undefined]);
  await expect(other.listTopics({ NextToken: 'nonsense' })).rejects.toThrow('NextToken');
});

test('permissions and tags', async () => {
  const { TopicArn = '' } = await sns.createTopic({ Name: 'marked' });
  await sns.addPermission({
    TopicArn,
    Label: 'friends',
    AWSAccountId: ['123456789012'],
    ActionName: ['Publish'],
  });
  const statements = async () =>
    (
      JSON.parse((await attributes(TopicArn))['Policy'] ?? '') as { Statement: { Sid: string }[] }
    ).Statement.map(({ Sid }) => Sid);
  expect(await statements()).toEqual(['__default_statement_ID', 'friends']);
  await sns.removePermission({ TopicArn, Label: 'friends' });
  expect(await statements()).toEqual(['__default_statement_ID']);
  await sns.tagResource({ ResourceArn: TopicArn, Tags: [{ Key: 'a', Value: '1' }] });
  await sns.tagResource({ ResourceArn: TopicArn, Tags: [{ Key: 'b', Value: '2' }] });
  await sns.untagResource({ ResourceArn: TopicArn, TagKeys: ['a'] });
  expect((await sns.listTagsForResource({ ResourceArn: TopicArn })).Tags).toEqual([{ Key: 'b', Value: '2' }]);
});

test('what nobody can do here answers 501 with the reason', async () => {
  await expect(sns.getSMSAttributes({})).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('no text messages are sent'),
    $metadata: { httpStatusCode: 501 },
  });
});

test('topics, subscriptions and policies of templates', async () => {
  const topics = snsResources['AWS::SNS::Topic']!;
  const subscriptions = snsResources['AWS::SNS::Subscription']!;
  const policies = snsResources['AWS::SNS::TopicPolicy']!;
  const properties = {
    DisplayName: 'News',
    Subscription: [{ Protocol: 'email', Endpoint: 'a@example.com' }],
    Tags: [{ Key: 'a', Value: 'b' }],
  };
  const topic = await topics.create(properties, deployContext(runtime, 'News'));
  expect(topic).toEqual({
    physicalId: `${ARN}:test-News-1`,
    attributes: { TopicArn: `${ARN}:test-News-1`, TopicName: 'test-News-1' },
  });
  const subscription = {
    TopicArn: topic.physicalId,
    Protocol: 'sqs',
    Endpoint: 'arn:aws:sqs:us-east-1:000000000000:q',
    FilterPolicy: { kind: ['a'] },
    RawMessageDelivery: true,
  };
  const made = await subscriptions.create(subscription, deployContext(runtime, 'Sub'));
  const { Attributes } = await sns.getSubscriptionAttributes({ SubscriptionArn: made.physicalId });
  expect(Attributes).toMatchObject({ FilterPolicy: '{"kind":["a"]}', RawMessageDelivery: 'true' });
  const changed = { ...subscription, FilterPolicy: undefined, RawMessageDelivery: false };
  await subscriptions.update(made.physicalId, changed, subscription, deployContext(runtime, 'Sub', 'update'));
  const after = await sns.getSubscriptionAttributes({ SubscriptionArn: made.physicalId });
  expect(after.Attributes).not.toHaveProperty('FilterPolicy');
  expect(after.Attributes).toMatchObject({ RawMessageDelivery: 'false' });
  const PolicyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sns:Publish' }] };
  const policy = { PolicyDocument, Topics: [topic.physicalId] };
  const given = await policies.create(policy, deployContext(runtime, 'Policy'));
  expect(JSON.parse((await attributes(topic.physicalId))['Policy'] ?? '')).toEqual(PolicyDocument);
  await policies.delete(given.physicalId, policy, deployContext(runtime, 'Policy', 'delete'));
  await topics.update(
    topic.physicalId,
    {},
    { DisplayName: 'News' },
    deployContext(runtime, 'News', 'update'),
  );
  expect(await attributes(topic.physicalId)).toMatchObject({ DisplayName: '', SubscriptionsConfirmed: '2' });
  await subscriptions.delete(made.physicalId, changed, deployContext(runtime, 'Sub', 'delete'));
  await topics.delete(topic.physicalId, {}, deployContext(runtime, 'News', 'delete'));
  await subscriptions.delete(made.physicalId, changed, deployContext(runtime, 'Sub', 'again'));
});

test('boto3 and the command line', async () => {
  const { stdout, stderr } = await runPython(
    runtime,
    `import boto3, json
sns, sqs = boto3.client('sns'), boto3.client('sqs')
topic = sns.create_topic(Name='from-boto')['TopicArn']
url = sqs.create_queue(QueueName='boto')['QueueUrl']
arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
sns.subscribe(TopicArn=topic, Protocol='sqs', Endpoint=arn)
sns.publish(TopicArn=topic, Message='hello', Subject='s',
    MessageAttributes={'n': {'DataType': 'Binary', 'BinaryValue': b'x'}})
[m] = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)['Messages']
body = json.loads(m['Body'])
print(body['Type'], body['Message'], body['Subject'], body['MessageAttributes'])
try:
    sns.publish(TopicArn=topic + 'x', Message='hello')
except sns.exceptions.NotFoundException as error:
    print(error.response['Error']['Code'], error.response['Error']['Message'])
`,
  );
  expect(stderr).toBe('');
  expect(stdout.split('\n')).toEqual([
    "Notification hello s {'n': {'Type': 'Binary', 'Value': 'eA=='}}",
    'NotFound Topic does not exist',
    '',
  ]);
  const args = ['sns', 'publish', '--topic-arn', `${ARN}:from-boto`, '--message', 'from the shell'];
  const published = await runAwsCli(runtime, ...args);
  expect(JSON.parse(published.stdout)).toEqual({ MessageId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
}, 60_000);
