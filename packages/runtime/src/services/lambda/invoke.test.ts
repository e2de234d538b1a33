import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { FunctionTests } from './testing.ts';

let runtime: TestRuntime;
let functions: FunctionTests;

const ECHO = 'def handler(event, context):\n    return event\n';

beforeAll(async () => {
  runtime = await startTestRuntime();
  functions = new FunctionTests(runtime);
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('the event is JSON, an empty object when there is none, and within the limits', async () => {
  const { lambda } = functions;
  await functions.python('echo', ECHO);
  const answer = await lambda.invoke({ FunctionName: 'echo' });
  expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
  expect(answer).not.toHaveProperty('LogResult');
  expect(Buffer.from(answer.Payload ?? []).toString()).toBe('{}');
  await expect(lambda.invoke({ FunctionName: 'echo', Payload: 'invalid-json' })).rejects.toMatchObject({
    name: 'InvalidRequestContentException',
    message: expect.stringContaining(
      "Could not parse request body into json: Could not parse payload into json: Unrecognized token 'invalid': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ) as string,
    $metadata: { httpStatusCode: 400 },
  });
  const large = JSON.stringify('x'.repeat(6_291_454));
  expect((await lambda.invoke({ FunctionName: 'echo', Payload: large })).Payload).toHaveLength(6_291_456);
  await expect(lambda.invoke({ FunctionName: 'echo', Payload: `${large} ` })).rejects.toMatchObject({
    name: 'RequestEntityTooLargeException',
    message:
      '6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)',
    $metadata: { httpStatusCode: 413 },
  });
  await expect(
    lambda.invoke({
      FunctionName: 'echo',
      InvocationType: 'Event',
      Payload: JSON.stringify('x'.repeat(1_048_576)),
    }),
  ).rejects.toThrow('1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)');
});

test('an answer that is too large is an error of the function', async () => {
  await functions.python('talkative', "def handler(event, context):\n    return 'x' * 7_000_000\n");
  expect(await functions.invoke('talkative')).toMatchObject({
    error: 'Unhandled',
    payload: {
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    },
  });
});

test('a dry run runs nothing', async () => {
  await functions.python('dry', 'n = 0\ndef handler(e, c):\n    global n\n    n += 1\n    return n\n');
  const answer = await functions.lambda.invoke({ FunctionName: 'dry', InvocationType: 'DryRun' });
  expect(answer.StatusCode).toBe(204);
  expect((await functions.invoke('dry')).payload).toBe(1);
});

test('a function whose time is over is ended with all it started, and the next one gets a new process', async () => {
  await functions.python(
    'slow',
    `import os, subprocess, time
def handler(event, context):
    if event == 'pid': return os.getpid()
    child = subprocess.Popen(['sleep', '600'])
    open(event, 'w').write(str(child.pid))
    while True: pass
`,
    { Timeout: 1 },
  );
  const pid = (await functions.invoke('slow', 'pid')).payload;
  const note = `${runtime.config.stateFolder}/child`;
  const { error, payload, log } = await functions.invoke('slow', note);
  expect(error).toBe('Unhandled');
  expect(payload).toEqual({
    errorType: 'Sandbox.Timedout',
    errorMessage: expect.stringMatching(
      /^RequestId: [0-9a-f-]{36} Error: Task timed out after 1.00 seconds$/,
    ) as string,
  });
  expect(log).toMatch(
    /\n\d{4}-\S+Z [0-9a-f-]{36} Task timed out after 1.00 seconds\nEND .*\nREPORT .*Duration: 1000.00 ms\t.*\tStatus: timeout\t\n$/s,
  );
  const child = Number(readFileSync(note, 'utf8'));
  await vi.waitUntil(() => !isRunning(child));
  expect((await functions.invoke('slow', 'pid')).payload).not.toBe(pid);
});

test('invocations at the same time have a process each, which is used again', async () => {
  await functions.node(
    'parallel',
    `exports.handler = async (event) => { await new Promise((r) => setTimeout(r, 300)); return process.pid; };`,
  );
  const wave = async () => {
    const answers = await Promise.all([1, 2, 3].map(() => functions.invoke('parallel')));
    return answers.map(({ payload }) => payload as number).toSorted((a, b) => a - b);
  };
  const first = await wave();
  expect(new Set(first).size).toBe(3);
  expect(await wave()).toEqual(first);
});

test('reserved concurrency throttles', async () => {
  const { lambda } = functions;
  await functions.node(
    'reserved',
    `exports.handler = async (event) => { await new Promise((r) => setTimeout(r, event.wait)); return 'done'; };`,
  );
  await expect(
    lambda.putFunctionConcurrency({ FunctionName: 'reserved', ReservedConcurrentExecutions: 901 }),
  ).rejects.toThrow(
    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
  );
  await lambda.putFunctionConcurrency({ FunctionName: 'reserved', ReservedConcurrentExecutions: 0 });
  const refusal = {
    name: 'TooManyRequestsException',
    message: 'Rate Exceeded.',
    Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    $metadata: { httpStatusCode: 429 },
  };
  const { Lambda } = await import('@aws-sdk/client-lambda');
  const impatient = new Lambda({ ...runtime.clientConfig, maxAttempts: 1 });
  await expect(impatient.invoke({ FunctionName: 'reserved', Payload: '{"wait":1}' })).rejects.toMatchObject(
    refusal,
  );
  await lambda.putFunctionConcurrency({ FunctionName: 'reserved', ReservedConcurrentExecutions: 1 });
  expect((await lambda.getFunction({ FunctionName: 'reserved' })).Concurrency).toEqual({
    ReservedConcurrentExecutions: 1,
  });
  const results = await Promise.allSettled(
    [1, 2].map(() => impatient.invoke({ FunctionName: 'reserved', Payload: '{"wait":500}' })),
  );
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await lambda.deleteFunctionConcurrency({ FunctionName: 'reserved' });
  expect(await lambda.getFunctionConcurrency({ FunctionName: 'reserved' })).not.toHaveProperty(
    'ReservedConcurrentExecutions',
  );
  await expect(
    lambda.putFunctionConcurrency({ FunctionName: 'reserved:$LATEST', ReservedConcurrentExecutions: 1 }),
  ).rejects.toThrow('This operation is permitted on Lambda functions only.');
});

test('a process that is killed in the middle of an invocation is an error of that invocation alone', async () => {
  await functions.python(
    'victim',
    `import os, time
def handler(event, context):
    if event:
        open(event, 'w').write(str(os.getpid()))
        time.sleep(60)
    return 'alive'
`,
  );
  const note = `${runtime.config.stateFolder}/victim`;
  const invoked = functions.invoke('victim', note);
  const pid = await vi.waitUntil(() => {
    try {
      return Number(readFileSync(note, 'utf8'));
    } catch {
      return 0;
    }
  });
  process.kill(pid, 'SIGKILL');
  expect((await invoked).payload).toMatchObject({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/) as string,
  });
  expect((await functions.invoke('victim', '')).payload).toBe('alive');
});

test('a process that was killed while it waited is replaced', async () => {
  await functions.python('replaced', 'import os\ndef handler(event, context):\n    return os.getpid()\n');
  const pid = (await functions.invoke('replaced')).payload as number;
  process.kill(pid, 'SIGKILL');
  await vi.waitUntil(() => !isRunning(pid));
  const next = await functions.invoke('replaced');
  expect(next.error).toBeUndefined();
  expect(next.payload).not.toBe(pid);
});

test.runIf(process.platform === 'linux')(
  'a function that takes more memory than it has is killed',
  async () => {
    await functions.python(
      'greedy',
      `import time
def handler(event, context):
    block = bytearray(200 * 1024 * 1024)
    time.sleep(20)
`,
      { MemorySize: 128 },
    );
    expect((await functions.invoke('greedy')).payload).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/) as string,
    });
  },
);

test('a function that closes its output still answers', async () => {
  await functions.python(
    'mute',
    'import os\ndef handler(e, c):\n    os.close(1)\n    os.close(2)\n    return 1\n',
  );
  expect((await functions.invoke('mute')).payload).toBe(1);
});

test('a repeated call with an effect token answers the same and runs nothing again', async () => {
  await functions.python('once', 'n = 0\ndef handler(e, c):\n    global n\n    n += 1\n    return n\n');
  const { Lambda } = await import('@aws-sdk/client-lambda');
  type Client = InstanceType<typeof Lambda>;
  const call = (token: string) =>
    runtime.client<Client>('lambda', { token }).invoke({ FunctionName: 'once', Payload: '{}' });
  const text = async (token: string) => Buffer.from((await call(token)).Payload ?? []).toString();
  expect([await text('a'), await text('a'), await text('b')]).toEqual(['1', '1', '2']);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that nobody has waited for yet is no longer running.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
