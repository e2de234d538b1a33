import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Progress } from '../progress.ts';
import { systemClock } from '../store/clock.ts';
import { Database } from '../store/database.ts';
import { migrate } from '../store/migrations.ts';
import { Recovery } from '../store/recovery.ts';
import { type JobEnd, type JobKind, Jobs } from './jobs.ts';
import { processEnvironment } from './process-environment.ts';

let root: string;
let database: Database;
let ends: Record<string, JobEnd>;
let lines: string[];
const open: Jobs[] = [];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'slipway-'));
  database = new Database(join(root, 'jobs.db'));
  await migrate(database, [{ component: 'jobs', migrations: [Jobs.schema] }]);
  ends = {};
  lines = [];
});
afterEach(async () => {
  for (const jobs of open.splice(0)) await jobs.stopAll('end');
  database.close();
  rmSync(root, { recursive: true, force: true });
});

interface Body {
  script: string;
  timeout?: number;
}

/** A life of the runtime's jobs: another one on the same database is what a restart is. */
async function life(
  afterCrash: JobKind<Body>['afterCrash'] = 'attach',
  define: (jobs: Jobs) => void = () => {},
  python = 'python3',
) {
  const jobs = new Jobs({
    database,
    recovery: new Recovery(database, systemClock),
    clock: systemClock,
    progress: new Progress(),
    root: join(root, 'jobs'),
    python,
  });
  open.push(jobs);
  jobs.define<Body>('shell', {
    afterCrash,
    prepare: async ({ script, timeout }, { folder }) => ({
      command: ['/bin/sh', '-c', script],
      environment: processEnvironment({ JOB_FOLDER: folder, ROOT: root }),
      workingFolder: folder,
      ...(timeout !== undefined && { timeout }),
    }),
    output: async (_, chunk) => void lines.push(...chunk.lines.map((line) => `${chunk.stream}: ${line}`)),
    ended: async (_, end, { id }, done) => {
      await database.transaction(done);
      ends[id] = end;
    },
  });
  define(jobs);
  await jobs.start();
  return jobs;
}

const order = (jobs: Jobs, id: string, body: Body) =>
  database.transaction(() => jobs.order('shell', id, body));
const end = (id: string) => vi.waitUntil(() => ends[id], { timeout: 20_000 });

test('a job runs, its output comes line by line, and its end tells code, time and memory', async () => {
  const jobs = await life();
  await order(jobs, 'j1', { script: 'echo one; echo two >&2; printf three; exit 3' });
  expect(await end('j1')).toMatchObject({ reason: 'exited', exitCode: 3, record: { signal: null } });
  expect(lines.toSorted()).toEqual(['stderr: two', 'stdout: one', 'stdout: three']);
  expect(ends['j1']?.record?.peakMemoryBytes).toBeGreaterThan(100_000);
  expect(database.all('SELECT * FROM job')).toEqual([]);
});

test('a job whose time is over, or that is stopped, ends with that reason, all its children with it', async () => {
  const jobs = await life();
  await order(jobs, 'slow', { script: 'sleep 60 & echo $! > $JOB_FOLDER/child; wait', timeout: 300 });
  await order(jobs, 'stopped', { script: 'echo ready; sleep 60' });
  expect(await end('slow')).toMatchObject({ reason: 'timeout' });
  await vi.waitUntil(() => lines.includes('stdout: ready'), { timeout: 20_000 });
  await database.transaction(() => jobs.stop('stopped'));
  expect(await end('stopped')).toMatchObject({ reason: 'stopped', exitCode: null });
  const child = Number(readFileSync(join(jobs.folderOf('shell', 'slow'), 'child'), 'utf8'));
  await vi.waitUntil(() => !isRunning(child));
});

test('a job that an earlier life began to start only now is followed, and not started again', async () => {
  // Tells when the wrapper that came too late is gone.
  const python = join(root, 'python');
  writeFileSync(python, `#!/bin/sh\npython3 "$@"\ncode=$?\ntouch ${root}/over\nexit $code\n`, {
    mode: 0o755,
  });
  const beginLate = async (folder: string) => {
    const wrapper = fileURLToPath(new URL('./wrapper.py', import.meta.url));
    const script = `while [ ! -e ${root}/over ]; do sleep 0.01; done; sleep 0.3; echo first`;
    spawn('python3', ['-I', '-S', wrapper, folder, '/bin/sh', '-c', script], { stdio: 'ignore' });
    await vi.waitUntil(() => existsSync(join(folder, 'started.json')), { timeout: 20_000 });
  };
  const define = (all: Jobs) =>
    all.define<null>('late', {
      afterCrash: 'attach',
      prepare: async (_, { folder }) => {
        await beginLate(folder);
        return {
          command: ['/bin/sh', '-c', 'echo second'],
          environment: processEnvironment({}),
          workingFolder: folder,
        };
      },
      output: async (_, chunk) => void lines.push(...chunk.lines),
      ended: async (_, result, { id }, done) => {
        await database.transaction(done);
        ends[id] = result;
      },
    });
  const jobs = await life('attach', define, python);
  await database.transaction(() => jobs.order('late', 'l', null));
  expect(await end('l')).toMatchObject({ reason: 'exited', exitCode: 0 });
  expect(lines).toEqual(['first']);
  expect(existsSync(jobs.folderOf('late', 'l', 1))).toBe(false);
});

test('a job whose output nobody can take in ends all the same', async () => {
  const jobs = await life('attach', (all) =>
    all.define<null>('unheard', {
      afterCrash: 'attach',
      prepare: async (_, { folder }) => ({
        command: ['/bin/sh', '-c', 'echo one; echo two >&2'],
        environment: processEnvironment({}),
        workingFolder: folder,
      }),
      output: () => Promise.reject(new Error('nobody listens')),
      ended: async (_, result, { id }, done) => {
        await database.transaction(done);
        ends[id] = result;
      },
    }),
  );
  await database.transaction(() => jobs.order('unheard', 'u', null));
  expect(await end('u')).toMatchObject({ reason: 'exited', exitCode: 0 });
});

test('a command that does not exist ends the job, with the reason in its output', async () => {
  const jobs = await life();
  jobs.define<null>('nothing', {
    afterCrash: 'attach',
    prepare: async (_, { folder }) => ({
      command: ['/no/such/command'],
      environment: processEnvironment({}),
      workingFolder: folder,
    }),
    output: async (_, chunk) => void lines.push(...chunk.lines),
    ended: async (_, result, { id }, done) => {
      await database.transaction(done);
      ends[id] = result;
    },
  });
  await database.transaction(() => jobs.order('nothing', 'n', null));
  expect(await end('n')).toMatchObject({ exitCode: 127 });
  expect(lines).toEqual(['/no/such/command: No such file or directory']);
});

test('after a restart a job that runs is attached to and not started twice', async () => {
  const first = await life();
  const script = 'echo start >> $ROOT/starts; while [ ! -e $ROOT/go ]; do sleep 0.05; done; echo done';
  await order(first, 'long', { script });
  await vi.waitUntil(() => readOr(join(root, 'starts')) !== '', { timeout: 20_000 });
  await first.stopAll('keep');
  await life();
  writeFileSync(join(root, 'go'), '');
  expect(await end('long')).toMatchObject({ reason: 'exited', exitCode: 0 });
  expect(readOr(join(root, 'starts'))).toBe('start\n');
  expect(lines).toEqual(['stdout: done']);
});

test('a job whose preparing fails because the runtime ends is prepared again by the next', async () => {
  const waiting = Promise.withResolvers<void>();
  const ending = Promise.withResolvers<void>();
  const define = (jobs: Jobs, prepare: () => Promise<void>) =>
    jobs.define<null>('interrupted', {
      afterCrash: 'attach',
      async prepare(_, { folder }) {
        await prepare();
        return { command: ['/bin/true'], environment: processEnvironment({}), workingFolder: folder };
      },
      async ended(_, result, { id }, done) {
        await database.transaction(done);
        ends[id] = result;
      },
    });
  const first = await life();
  define(first, async () => {
    waiting.resolve();
    await ending.promise;
    throw new Error('the database is closed');
  });
  await database.transaction(() => first.order('interrupted', 'i', null));
  await waiting.promise;
  await first.stopAll('keep');
  ending.resolve();
  await setImmediate();
  expect(ends).toEqual({});
  await life('attach', (jobs) => define(jobs, async () => {}));
  expect(await end('i')).toMatchObject({ reason: 'exited', exitCode: 0 });
});

test('a job that ended while nobody looked is taken in, one that was only ordered is started', async () => {
  const first = await life();
  await order(first, 'quick', { script: 'while [ ! -e $ROOT/go ]; do sleep 0.05; done; exit 4' });
  await vi.waitUntil(() => readOr(join(first.folderOf('shell', 'quick'), 'started.json')) !== '');
  await first.stopAll('keep');
  writeFileSync(join(root, 'go'), '');
  await order(first, 'ordered', { script: 'exit 5' });
  await vi.waitUntil(() => readOr(join(first.folderOf('shell', 'quick'), 'exit.json')) !== '', {
    timeout: 20_000,
  });
  await life();
  expect(await end('quick')).toMatchObject({ exitCode: 4 });
  expect(await end('ordered')).toMatchObject({ exitCode: 5 });
});

test('a job that needs the runtime is run once more after a crash', async () => {
  const first = await life('restart');
  await order(first, 'caller', { script: 'echo start >> $ROOT/starts; [ -e $ROOT/go ] || sleep 60' });
  await vi.waitUntil(() => readOr(join(root, 'starts')) !== '', { timeout: 20_000 });
  await first.stopAll('keep');
  writeFileSync(join(root, 'go'), '');
  await life('restart');
  expect(await end('caller')).toMatchObject({ reason: 'exited', exitCode: 0 });
  expect(readOr(join(root, 'starts'))).toBe('start\nstart\n');
});

test('a wrapper that was killed means a lost process: the job is run once more', async () => {
  const jobs = await life();
  await order(jobs, 'killed', { script: 'echo start >> $ROOT/starts; [ -e $ROOT/go ] || sleep 60' });
  const records = join(jobs.folderOf('shell', 'killed'), 'started.json');
  await vi.waitUntil(() => readOr(records) !== '', { timeout: 20_000 });
  writeFileSync(join(root, 'go'), '');
  const { wrapper, group } = JSON.parse(readFileSync(records, 'utf8')) as { wrapper: number; group: number };
  process.kill(wrapper, 'SIGKILL');
  process.kill(-group, 'SIGKILL');
  expect(await end('killed')).toMatchObject({ reason: 'exited', exitCode: 0 });
});

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readOr(`/proc/${pid}/stat`).includes(') Z');
  } catch {
    return false;
  }
}
