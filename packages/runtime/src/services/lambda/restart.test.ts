import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Lambda } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readNotice } from '../../store/state-lock.ts';
import { startTestRuntime } from '../../testing/test-runtime.ts';
import { FunctionTests } from './testing.ts';

// Starting a runtime in a process of its own takes its time on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-restart-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const life = () => startTestRuntime({ stateFolder: join(folder, 'state') });

function lines(name: string): string[] {
  try {
    return readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
  } catch {
    return [];
  }
}

test('functions, versions, layers and policies are there after a restart, and run', async () => {
  {
    await using first = await life();
    const tests = new FunctionTests(first);
    const { lambda } = tests;
    await tests.python('lasting', "def handler(e, c):\n    return 'still here'\n");
    await lambda.publishVersion({ FunctionName: 'lasting' });
    await lambda.createAlias({ FunctionName: 'lasting', Name: 'live', FunctionVersion: '1' });
  }
  await using second = await life();
  const tests = new FunctionTests(second);
  expect((await tests.invoke('lasting:live')).payload).toBe('still here');
  const { Code } = await tests.lambda.getFunction({ FunctionName: 'lasting' });
  expect((await fetch(Code?.Location ?? '')).status).toBe(200);
});

test('an event that waits for its next try is tried in the next life', async () => {
  const source = `def handler(event, context):
    open(event['file'], 'a').write(context.aws_request_id + '\\n')
`;
  let requestId: string | undefined;
  {
    await using first = await life();
    const tests = new FunctionTests(first);
    await tests.python('later', source);
    await tests.lambda.putFunctionConcurrency({ FunctionName: 'later', ReservedConcurrentExecutions: 0 });
    const { $metadata } = await tests.lambda.invoke({
      FunctionName: 'later',
      InvocationType: 'Event',
      Payload: JSON.stringify({ file: join(folder, 'later') }),
    });
    requestId = $metadata.requestId;
  }
  await using second = await life();
  const { lambda } = new FunctionTests(second);
  await lambda.deleteFunctionConcurrency({ FunctionName: 'later' });
  await vi.waitUntil(() => lines('later').length > 0, { timeout: 90_000 });
  expect(lines('later')).toEqual([requestId]);
});

test('after a kill of the runtime no process of a function is left, and its event runs once more', async () => {
  const state = join(folder, 'state');
  const program = fileURLToPath(new URL('../../testing/run-runtime.ts', import.meta.url));
  const killed = spawn(process.execPath, ['-C', 'source', program, state], { stdio: 'inherit' });
  const notice = await vi.waitUntil(() => readNotice(state), { timeout: 90_000 });
  const endpoint = notice.endpoint;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const clientConfig = { endpoint, region: 'us-east-1', credentials };
  const tests = new FunctionTests({ clientConfig });
  const source = `import os, time
def handler(event, context):
    with open(event['file'], 'a') as file:
        file.write(f'{os.getpid()} {context.aws_request_id}\\n')
    while os.path.exists(event['busy']): pass
    with open(event['file'] + '.done', 'a') as file:
        file.write('done\\n')
`;
  await tests.python('busy', source, { Timeout: 60 });
  const busy = join(folder, 'busy');
  writeFileSync(busy, '');
  const event = { file: join(folder, 'runs'), busy };
  const lambda = new Lambda(clientConfig);
  await lambda.invoke({ FunctionName: 'busy', InvocationType: 'Event', Payload: JSON.stringify(event) });
  await vi.waitUntil(() => lines('runs').length === 1, { timeout: 90_000 });
  const [pid] = lines('runs')[0]!.split(' ').map(Number);
  killed.kill('SIGKILL');
  await new Promise((resolve) => killed.on('close', resolve));

  await using second = await life();
  await vi.waitUntil(() => lines('runs').length === 2, { timeout: 90_000 });
  expect(isRunning(pid!)).toBe(false);
  rmSync(busy);
  await vi.waitUntil(() => lines('runs.done').length === 1, { timeout: 90_000 });
  const [first, again] = lines('runs').map((line) => line.split(' ')[1]);
  expect(again).toBe(first);
  expect(second.endpoint).not.toBe('');
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
