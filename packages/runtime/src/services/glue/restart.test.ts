import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readNotice } from '../../store/state-lock.ts';
import { startTestRuntime } from '../../testing/test-runtime.ts';
import { JobTests } from './testing.ts';

// Starting a runtime in a process of its own takes its time on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-restart-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const life = () => startTestRuntime({ stateFolder: join(folder, 'state') });

function pids(): number[] {
  try {
    return readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number);
  } catch {
    return [];
  }
}

/** Writes down each process that runs it, and ends once the file `go` is there. */
function script(): string {
  return `
import os, time
with open('${folder}/pids', 'a') as file:
    file.write(f'{os.getpid()}\\n')
while not os.path.exists('${folder}/go'):
    time.sleep(0.01)
print('end of', os.path.basename(os.getcwd()))
`;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('a run goes on after a stop of the runtime, from the beginning of its script', async () => {
  let run: string;
  {
    await using first = await life();
    const jobs = new JobTests(first);
    await jobs.create('lasting', script(), { JobRunQueuingEnabled: true });
    run = await jobs.start('lasting');
    await jobs.start('lasting');
    await vi.waitUntil(() => pids().length === 1, { timeout: 90_000 });
  }
  expect(isRunning(pids()[0]!)).toBe(false);
  await using second = await life();
  const jobs = new JobTests(second);
  expect(await jobs.until('lasting', run, ['RUNNING'])).toMatchObject({ Attempt: 0 });
  await vi.waitUntil(() => pids().length === 2, { timeout: 90_000 });
  writeFileSync(join(folder, 'go'), '');
  expect(await jobs.until('lasting', run)).toMatchObject({ JobRunState: 'SUCCEEDED' });
  const { JobRuns } = await jobs.glue.getJobRuns({ JobName: 'lasting' });
  expect(await jobs.until('lasting', JobRuns?.[0]?.Id ?? '')).toMatchObject({ JobRunState: 'SUCCEEDED' });
  expect(pids()).toHaveLength(3);
});

test('a run goes on after a kill of the runtime, and nothing is left of its first process', async () => {
  const state = join(folder, 'state');
  const program = fileURLToPath(new URL('../../testing/run-runtime.ts', import.meta.url));
  const killed = spawn(process.execPath, ['-C', 'source', program, state], { stdio: 'inherit' });
  const notice = await vi.waitUntil(() => readNotice(state), { timeout: 90_000 });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const clientConfig = { endpoint: notice.endpoint, region: 'us-east-1', credentials };
  const remote = new JobTests({ clientConfig });
  await remote.create('killed', script());
  const run = await remote.start('killed');
  await vi.waitUntil(() => pids().length === 1, { timeout: 90_000 });
  killed.kill('SIGKILL');
  await new Promise((resolve) => killed.on('close', resolve));

  await using second = await life();
  await vi.waitUntil(() => pids().length === 2, { timeout: 90_000 });
  expect(isRunning(pids()[0]!)).toBe(false);
  const jobs = new JobTests(second);
  await jobs.glue.batchStopJobRun({ JobName: 'killed', JobRunIds: [run] });
  expect(await jobs.until('killed', run)).toMatchObject({ JobRunState: 'STOPPED' });
  expect(isRunning(pids()[1]!)).toBe(false);
});
