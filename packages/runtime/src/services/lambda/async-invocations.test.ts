import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { TopicTests } from '../sns/testing.ts';
import { FunctionTests } from './testing.ts';

const MINUTE = 60_000;
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function';

let runtime: TestRuntime;
let functions: FunctionTests;
let clock: ManualClock;
let folder: string;

beforeAll(async () => {
  clock = new ManualClock(Date.now());
  runtime = await startTestRuntime({}, { clock });
  functions = new FunctionTests(runtime);
  folder = mkdtempSync(join(tmpdir(), 'slipway-events-'));
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

// Writes a line for each time it runs, and does what the event says.
const WITNESS = `import json
def handler(event, context):
    with open(event['file'], 'a') as file:
        file.write(json.dumps({'id': context.aws_request_id}) + '\\n')
    if event.get('fail'):
        raise RuntimeError('as told')
    return {'saw': event}
`;

// Keeps every event it gets.
const KEEPER = `import json, os
def handler(event, context):
    with open(os.environ['FILE'], 'a') as file:
        file.write(json.dumps(event) + '\\n')
`;

function lines(name: string): Record<string, unknown>[] {
  try {
    const text = readFileSync(join(folder, name), 'utf8');
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  } catch {
    return [];
  }
}

const has = (name: string, count: number) =>
  vi.waitUntil(() => lines(name).length >= count && lines(name), { timeout: 20_000 });

const leave = (name: string, event: object) =>
  functions.lambda.invoke({ FunctionName: name, InvocationType: 'Event', Payload: JSON.stringify(event) });

test('an event is taken with 202 and run afterwards', async () => {
  await functions.python('witness', WITNESS);
  const answer = await leave('witness', { file: join(folder, 'plain') });
  expect(answer.StatusCode).toBe(202);
  expect(answer).not.toHaveProperty('FunctionError');
  expect(await has('plain', 1)).toEqual([{ id: answer.$metadata.requestId }]);
  await expect(leave('nobody', {})).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const old = await functions.lambda.invokeAsync({
    FunctionName: 'witness',
    InvokeArgs: JSON.stringify({ file: join(folder, 'old') }),
  });
  expect(old.Status).toBe(202);
  await has('old', 1);
});

test('a failing function is tried twice more, after one minute and after two, with the same request id', async () => {
  await functions.python('failing', WITNESS);
  const { $metadata } = await leave('failing', { file: join(folder, 'retried'), fail: true });
  await has('retried', 1);
  await vi.waitUntil(() => clock.pending.includes(clock.now() + MINUTE));
  clock.advance(MINUTE);
  await has('retried', 2);
  await vi.waitUntil(() => clock.pending.includes(clock.now() + 2 * MINUTE));
  clock.advance(2 * MINUTE);
  const all = await has('retried', 3);
  expect(new Set(all.map(({ id }) => id))).toEqual(new Set([$metadata.requestId]));
});

test('the configuration of a function says how often, and where results go', async () => {
  const { lambda } = functions;
  await functions.python('configured', WITNESS);
  for (const kind of ['success', 'failure']) {
    await functions.python(`keeper-${kind}`, KEEPER, {
      Environment: { Variables: { FILE: join(folder, kind) } },
    });
  }
  const config = await lambda.putFunctionEventInvokeConfig({
    FunctionName: 'configured',
    MaximumRetryAttempts: 0,
    DestinationConfig: {
      OnSuccess: { Destination: `${ARN}:keeper-success` },
      OnFailure: { Destination: `${ARN}:keeper-failure` },
    },
  });
  expect(config).toMatchObject({ FunctionArn: `${ARN}:configured:$LATEST`, MaximumRetryAttempts: 0 });
  const file = join(folder, 'configured');
  const good = await leave('configured', { file });
  expect(await has('success', 1)).toEqual([
    {
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      requestContext: {
        requestId: good.$metadata.requestId,
        functionArn: `${ARN}:configured:$LATEST`,
        condition: 'Success',
        approximateInvokeCount: 1,
      },
      requestPayload: { file },
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
      responsePayload: { saw: { file } },
    },
  ]);
  await leave('configured', { file, fail: true });
  const [failure] = await has('failure', 1);
  expect(failure).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 },
    requestPayload: { file, fail: true },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'RuntimeError', errorMessage: 'as told' },
  });
  expect(lines('configured')).toHaveLength(2);
});

test('a throttled event waits for room, and one that is too old is given up', async () => {
  const { lambda } = functions;
  await functions.python('patient', WITNESS);
  await functions.python('keeper-aged', KEEPER, {
    Environment: { Variables: { FILE: join(folder, 'aged') } },
  });
  await lambda.putFunctionConcurrency({ FunctionName: 'patient', ReservedConcurrentExecutions: 0 });
  await leave('patient', { file: join(folder, 'patient') });
  await lambda.deleteFunctionConcurrency({ FunctionName: 'patient' });
  await vi.waitUntil(() => {
    clock.advance(1000);
    return lines('patient').length > 0;
  });

  await lambda.putFunctionConcurrency({ FunctionName: 'patient', ReservedConcurrentExecutions: 0 });
  await lambda.putFunctionEventInvokeConfig({
    FunctionName: 'patient',
    MaximumEventAgeInSeconds: 60,
    DestinationConfig: { OnFailure: { Destination: `${ARN}:keeper-aged` } },
  });
  await leave('patient', { file: join(folder, 'patient') });
  await vi.waitUntil(
    () => {
      if (lines('aged').length === 0) clock.advance(5000);
      return lines('aged').length > 0;
    },
    { timeout: 20_000 },
  );
  const [aged] = lines('aged');
  expect(lines('patient')).toHaveLength(1);
  expect(aged).toMatchObject({
    requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 0 },
  });
  expect(aged).not.toHaveProperty('responsePayload');
});

test('configurations are kept for the function, its versions and aliases apart', async () => {
  const { lambda } = functions;
  await functions.python('apart', WITNESS);
  await lambda.publishVersion({ FunctionName: 'apart' });
  await lambda.createAlias({ FunctionName: 'apart', Name: 'live', FunctionVersion: '1' });
  await expect(lambda.getFunctionEventInvokeConfig({ FunctionName: 'apart' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `The function ${ARN}:apart:$LATEST doesn't have an EventInvokeConfig`,
  });
  await expect(lambda.putFunctionEventInvokeConfig({ FunctionName: 'apart' })).rejects.toThrow(
    'You must specify at least one of error handling or destination setting.',
  );
  await expect(
    lambda.putFunctionEventInvokeConfig({ FunctionName: 'nobody', MaximumRetryAttempts: 1 }),
  ).rejects.toThrow("The function doesn't exist.");
  const destination = async (arn: string) => {
    const DestinationConfig = { OnSuccess: { Destination: arn } };
    await lambda.putFunctionEventInvokeConfig({ FunctionName: 'apart', DestinationConfig });
  };
  await expect(destination(`${ARN}:apart`)).rejects.toThrow(
    "You can't specify the function as a destination for itself.",
  );
  await expect(destination(`${ARN}:nobody`)).rejects.toThrow(`The destination ARN ${ARN}:nobody is invalid.`);
  await expect(destination('arn:aws:sqs:us-east-1:000000000000:q.fifo')).rejects.toThrow('is invalid.');
  await expect(destination('arn:aws:iam:us-east-1:000000000000:role')).rejects.toThrow(
    'The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:iam:us-east-1:000000000000:role), onFailure=null) is invalid.',
  );
  for (const Qualifier of ['1', 'live', undefined]) {
    await lambda.putFunctionEventInvokeConfig({ FunctionName: 'apart', Qualifier, MaximumRetryAttempts: 1 });
  }
  await lambda.updateFunctionEventInvokeConfig({ FunctionName: 'apart', MaximumEventAgeInSeconds: 90 });
  const { FunctionEventInvokeConfigs = [] } = await lambda.listFunctionEventInvokeConfigs({
    FunctionName: 'apart',
  });
  expect(FunctionEventInvokeConfigs).toMatchObject([
    { FunctionArn: `${ARN}:apart:$LATEST`, MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 90 },
    {
      FunctionArn: `${ARN}:apart:1`,
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnSuccess: {}, OnFailure: {} },
    },
    { FunctionArn: `${ARN}:apart:live`, MaximumRetryAttempts: 1 },
  ]);
  await lambda.deleteFunctionEventInvokeConfig({ FunctionName: 'apart', Qualifier: 'live' });
  await expect(
    lambda.deleteFunctionEventInvokeConfig({ FunctionName: 'apart', Qualifier: 'live' }),
  ).rejects.toThrow(`The function ${ARN}:apart:live doesn't have an EventInvokeConfig`);
});

test('queues and topics get results and dead letters', async () => {
  const messages = new TopicTests(runtime);
  const letters = await messages.queue();
  const TopicArn = await messages.topic();
  const results = await messages.subscribed(TopicArn, { RawMessageDelivery: 'true' });
  await functions.python('lettered', WITNESS, { DeadLetterConfig: { TargetArn: letters.arn } });
  await functions.lambda.putFunctionEventInvokeConfig({
    FunctionName: 'lettered',
    MaximumRetryAttempts: 0,
    DestinationConfig: {
      OnSuccess: { Destination: results.arn },
      OnFailure: { Destination: TopicArn },
    },
  });
  const event = { file: join(folder, 'lettered') };
  await leave('lettered', event);
  const [success] = await messages.receive(results.url, 1);
  expect(JSON.parse(success?.Body ?? '')).toMatchObject({
    requestContext: { condition: 'Success' },
    requestPayload: event,
  });
  const { $metadata } = await leave('lettered', { ...event, fail: true });
  const [failure] = await messages.receive(results.url, 1);
  expect(JSON.parse(failure?.Body ?? '')).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', requestId: $metadata.requestId },
  });
  const [letter] = await messages.receive(letters.url, 1);
  expect(letter).toEqual({
    Body: JSON.stringify({ ...event, fail: true }),
    attributes: { RequestID: $metadata.requestId, ErrorCode: '200', ErrorMessage: 'as told' },
  });
});
