import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { attributeValues, parseFilterPolicy } from './filter/filter-policy.ts';
import { TopicTests } from './testing.ts';

let runtime: TestRuntime;
let tests: TopicTests;

beforeAll(async () => {
  runtime = await startTestRuntime();
  tests = new TopicTests(runtime);
});
afterAll(() => runtime[Symbol.asyncDispose]());

const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });
const number = (StringValue: string): MessageAttributeValue => ({ DataType: 'Number', StringValue });

test('each subscription gets what its policy lets through', async () => {
  const TopicArn = await tests.topic();
  const raw = { RawMessageDelivery: 'true' };
  const good = await tests.subscribed(TopicArn, { ...raw, FilterPolicy: '{"kind":["good"]}' });
  const body = await tests.subscribed(TopicArn, {
    ...raw,
    FilterPolicy: '{"order":{"price":[{"numeric":[">",100]}]}}',
    FilterPolicyScope: 'MessageBody',
  });
  const all = await tests.subscribed(TopicArn, raw);
  const publish = (Message: string, kind: string) =>
    tests.sns.publish({ TopicArn, Message, MessageAttributes: { kind: text(kind) } });
  await publish('{"order":{"price":150}}', 'good');
  await publish('{"order":{"price":50}}', 'bad');
  await publish('no JSON', 'good');
  await publish('{"order":{"price":200}}', 'bad');
  await tests.receive(all.url, 4);
  const bodies = async (url: string) => (await tests.receive(url, 2)).map(({ Body }) => Body).sort();
  expect(await bodies(good.url)).toEqual(['no JSON', '{"order":{"price":150}}']);
  expect(await bodies(body.url)).toEqual(['{"order":{"price":150}}', '{"order":{"price":200}}']);
});

test.each([
  [{ a: ['x', 'y'] }, { a: text('y') }, true],
  [{ a: ['x'] }, {}, false],
  [{ a: ['x'], b: ['z'] }, { a: text('x') }, false],
  [{ a: [{ prefix: 'ab' }] }, { a: text('abc') }, true],
  [{ a: [{ suffix: 'bc' }] }, { a: text('abc') }, true],
  [{ a: [{ wildcard: 'a*c' }] }, { a: text('abbc') }, true],
  [{ a: [{ 'equals-ignore-case': 'ABC' }] }, { a: text('abc') }, true],
  [{ a: [{ cidr: '10.0.0.0/24' }] }, { a: text('10.0.0.255') }, true],
  [{ a: [{ cidr: '10.0.0.0/24' }] }, { a: text('10.0.1.1') }, false],
  [{ a: [{ 'anything-but': ['x', 'y'] }] }, { a: text('z') }, true],
  [{ a: [{ 'anything-but': ['x', 'y'] }] }, { a: text('y') }, false],
  [{ a: [{ 'anything-but': ['x'] }] }, {}, false],
  [{ a: [{ 'anything-but': { prefix: 'x-' } }] }, { a: text('x-1') }, false],
  [{ a: [{ exists: true }] }, { a: { DataType: 'Binary', BinaryValue: Uint8Array.of(1) } }, true],
  [{ a: [{ exists: false }] }, {}, true],
  [{ a: [5] }, { a: number('5.0') }, true],
  [{ a: ['5'] }, { a: number('5') }, false],
  [{ a: [{ numeric: ['>=', 1, '<', 2] }] }, { a: number('1.5') }, true],
  [{ a: [{ numeric: ['>=', 1, '<', 2] }] }, { a: number('2') }, false],
  [{ a: ['x'] }, { a: { DataType: 'String.Array', StringValue: '["w","x"]' } }, true],
  [{ a: [true, null] }, { a: { DataType: 'String.Array', StringValue: '[null]' } }, true],
  [{ $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: text('y') }, true],
  [{ c: ['z'], $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: text('y') }, false],
])('%j of attributes %j: %s', (policy, attributes, expected) => {
  const parsed = parseFilterPolicy(JSON.stringify(policy), false);
  expect(parsed.matches(attributeValues(attributes as Record<string, MessageAttributeValue>))).toBe(expected);
});

test.each([
  [{ a: { b: ['x'] } }, { a: { b: 'x' } }, true],
  [{ a: { b: ['x'] } }, { a: [{ b: 'w' }, { b: 'x' }] }, true],
  [{ a: ['x'] }, { a: ['w', 'x'] }, true],
  [{ a: [null] }, { a: null }, true],
  [{ a: { b: [{ exists: false }] } }, { a: { c: 1 } }, true],
  [{ a: ['x'] }, { a: { b: 'x' } }, false],
])('%j of the body %j: %s', (policy, body, expected) => {
  expect(parseFilterPolicy(JSON.stringify(policy), true).matches(body)).toBe(expected);
});

test.each([
  ['{', 'failed to parse JSON'],
  ['{"a":"x"}', '"a" must be an object or an array'],
  ['{"a":[]}', 'Empty arrays are not allowed'],
  ['{"a":{"b":["x"]}}', 'does not support nested filter policy'],
  ['{"a":[{"like":"x"}]}', 'Unrecognized match type like'],
  ['{"a":[{"numeric":["~",1]}]}', 'Unrecognized numeric range operator: ~'],
  ['{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}', 'more than 5 keys'],
  [JSON.stringify({ a: Array(16).fill('x'), b: Array(16).fill('y') }), 'too complex'],
])('the policy %s is refused', async (FilterPolicy, message) => {
  const TopicArn = await tests.topic();
  await expect(tests.subscribed(TopicArn, { FilterPolicy })).rejects.toThrow(message);
});

test('attributes of subscriptions can be changed, and the same endpoint is subscribed once', async () => {
  const TopicArn = await tests.topic();
  const { SubscriptionArn, arn } = await tests.subscribed(TopicArn, { FilterPolicy: '{"a":["x"]}' });
  const attributes = async () => (await tests.sns.getSubscriptionAttributes({ SubscriptionArn })).Attributes;
  expect(await attributes()).toMatchObject({
    Protocol: 'sqs',
    Endpoint: arn,
    FilterPolicyScope: 'MessageAttributes',
    PendingConfirmation: 'false',
    RawMessageDelivery: 'false',
  });
  const set = (AttributeName: string, AttributeValue: string) =>
    tests.sns.setSubscriptionAttributes({ SubscriptionArn, AttributeName, AttributeValue });
  await set('RawMessageDelivery', 'true');
  await set('FilterPolicy', '');
  expect(await attributes()).not.toHaveProperty('FilterPolicy');
  await expect(set('ReplayPolicy', '{}')).rejects.toThrow('not supported by this version of Slipway');
  await expect(set('Colour', 'red')).rejects.toThrow('Invalid parameter: AttributeName');
  const subscribe = (Attributes: Record<string, string>) =>
    tests.sns.subscribe({ TopicArn, Protocol: 'sqs', Endpoint: arn, Attributes });
  expect((await subscribe({ RawMessageDelivery: 'true' })).SubscriptionArn).toBe(SubscriptionArn);
  await expect(subscribe({})).rejects.toThrow('Subscription already exists with different attributes');
});
