import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { hello } from './index.ts';
import type { Hello } from './sdk.ts';

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime({}, { services: [hello] });
});
afterAll(() => runtime[Symbol.asyncDispose]());

async function call(operation: string, input: unknown, accessKeyId = 'test') {
  const response = await fetch(runtime.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Hello.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261121/eu-west-1/hello/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: typeof input === 'string' ? input : JSON.stringify(input),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('a created greeting can be described, in its own account and region only', async () => {
  const created = await call('CreateGreeting', { Name: 'morning', Text: 'Good morning' }, '123456789012');
  expect(created).toEqual({
    status: 200,
    body: { GreetingArn: 'arn:aws:hello:eu-west-1:123456789012:greeting/morning' },
  });
  const described = await call('DescribeGreeting', { Name: 'morning' }, '123456789012');
  expect(described.body).toMatchObject({ Name: 'morning', Text: 'Good morning' });
  expect(typeof described.body['CreationTime']).toBe('number');
  expect((await call('DescribeGreeting', { Name: 'morning' })).body).toEqual({
    __type: 'NotFoundException',
    Message: 'No greeting found with the name morning',
  });
});

test('a second one with the same name answers the declared error with its status and members', async () => {
  await call('CreateGreeting', { Name: 'twice', Text: 'a' });
  const again = await call('CreateGreeting', { Name: 'twice', Text: 'b' });
  expect(again.status).toBe(409);
  expect(again.body).toMatchObject({
    __type: 'AlreadyExistsException',
    GreetingArn: 'arn:aws:hello:eu-west-1:000000000000:greeting/twice',
  });
});

test("constraint faults are answered all at once in AWS's words", async () => {
  const { status, body } = await call('CreateGreeting', { Name: '9 lives' });
  expect(status).toBe(400);
  expect(body['__type']).toBe('ValidationException');
  expect(body['message']).toBe(
    "2 validation errors detected: Value null at 'text' failed to satisfy constraint: Member must not be null; " +
      "Value '9 lives' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z][a-zA-Z0-9-]*$",
  );
});

test('wrong types, broken JSON and unknown operations are told apart', async () => {
  const wrongType = await call('CreateGreeting', { Name: 1, Text: 'x' });
  expect(wrongType.body).toMatchObject({
    __type: 'SerializationException',
    message: 'NUMBER_VALUE can not be converted to a String',
  });
  expect((await call('CreateGreeting', '{"Name":')).body['__type']).toBe('SerializationException');
  expect(await call('Sing', {})).toMatchObject({
    status: 400,
    body: { __type: 'UnknownOperationException' },
  });
});

test('an operation of the model that is not served answers 501 with its name and reason', async () => {
  const { status, body } = await call('TranslateGreeting', { Name: 'x' });
  expect(status).toBe(501);
  expect(body['message']).toContain(
    'hello:TranslateGreeting is not served by this version of Slipway: no translator comes',
  );
});

test('lists come in pages, and a token of another list is refused', async () => {
  const account = '111111111111';
  for (const Name of ['c', 'a', 'b']) await call('CreateGreeting', { Name, Text: Name }, account);
  const first = await call('ListGreetings', { MaxResults: 2 }, account);
  const second = await call('ListGreetings', { MaxResults: 2, NextToken: first.body['NextToken'] }, account);
  const names = [first, second].map(({ body }) =>
    (body['Greetings'] as { Name: string }[]).map(({ Name }) => Name),
  );
  expect(names).toEqual([['a', 'b'], ['c']]);
  expect(second.body).not.toHaveProperty('NextToken');
  const bad = await call('ListGreetings', { NextToken: 'nonsense' }, account);
  expect(bad.body['__type']).toBe('ValidationException');
});

test('a call repeated with its effect token answers the same and has its effect once', async () => {
  const client = () =>
    runtime.client<Hello>('hello', { token: 'execution-1/state-2/0', region: 'eu-west-1' });
  const first = await client().createGreeting({ Name: 'once', Text: 'first' });
  const repeated = await client().createGreeting({ Name: 'once', Text: 'first' });
  expect(repeated).toEqual(first);
  await expect(
    runtime.client<Hello>('hello', { region: 'eu-west-1' }).createGreeting({ Name: 'once', Text: 'x' }),
  ).rejects.toMatchObject({ code: 'AlreadyExistsException' });
});

test('a page of another origin and a rebound host name are refused', async () => {
  const cross = await fetch(runtime.endpoint, {
    method: 'POST',
    headers: { origin: 'https://evil.example' },
  });
  expect(cross.status).toBe(403);
});
