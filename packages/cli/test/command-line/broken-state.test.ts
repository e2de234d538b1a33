import { chmodSync, closeSync, cpSync, mkdirSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { canMount, SmallDisk } from '../../../runtime/test/disk/small-disk.ts';
import { slipway, start, testFolder } from './slipway.ts';

vi.setConfig({ testTimeout: 180_000 });
const UP = ['up', '--port', '0', '--json'];
const PAGE = 4096;
const PERMISSIONS_COUNT = process.getuid?.() !== 0;

/** A folder in which a runtime has been up and has stopped. */
async function stoppedState(): Promise<string> {
  const folder = testFolder();
  const up = start(folder, UP);
  await up.says('out', '\n');
  up.child.kill('SIGTERM');
  await up.ended;
  return folder;
}

/** Overwrites bytes of the database, as a failing disk does. */
function damage(folder: string, position: number, length: number): void {
  const file = openSync(join(folder, '.slipway', 'slipway.db'), 'r+');
  writeSync(file, Buffer.alloc(length, 0x5a), 0, length, position);
  closeSync(file);
}

async function findingOf(folder: string, check: string) {
  const { code, out } = await slipway(folder, ['doctor', '--json', '--port', '0']);
  const findings = JSON.parse(out) as { check: string; state: string; text: string }[];
  return { code, ...findings.find((finding) => finding.check === check) };
}

test('a second runtime on one folder is refused with where the first one is', async () => {
  const folder = testFolder();
  const first = start(folder, UP);
  await first.says('out', '\n');
  const { endpoint, pid } = JSON.parse(first.out()) as { endpoint: string; pid: number };
  const second = await slipway(folder, UP);
  expect(second).toMatchObject({ code: 3, err: expect.stringContaining(`(process ${pid} at ${endpoint})`) });
  expect(second.err).toContain('slipway down');
  expect((await fetch(`${endpoint}/_slipway/health`)).ok).toBe(true);
  first.child.kill('SIGTERM');
  await first.ended;
});

test('a database that is none any more is said to be damaged, and is not replaced', async () => {
  const folder = await stoppedState();
  const database = join(folder, '.slipway', 'slipway.db');
  damage(folder, 0, 100);
  const before = statSync(database).size;
  const up = await slipway(folder, UP);
  expect(up).toMatchObject({ code: 3, err: expect.stringContaining(`${database}. The file is damaged.`) });
  expect(up.err).toContain('slipway doctor');
  expect(await findingOf(folder, 'Database')).toMatchObject({
    code: 3,
    state: 'broken',
    text: expect.stringMatching(/cp -a .*\.slipway .*sqlite3 .*slipway\.db \.recover/s),
  });
  expect(statSync(database).size).toBe(before);
});

test('doctor names what is damaged in the middle of a database, and leaves the file alone', async () => {
  const folder = await stoppedState();
  const state = join(folder, '.slipway');
  expect(await findingOf(folder, 'Database')).toMatchObject({ code: 0, state: 'ok' });
  const copy = join(folder, 'copy');
  for (let page = 20; page < 60; page += 1) damage(folder, page * PAGE, PAGE);
  cpSync(state, copy, { recursive: true });
  const { code, state: found, text } = await findingOf(folder, 'Database');
  expect({ code, found }).toEqual({ code: 3, found: 'broken' });
  expect(text).toMatch(/slipway\.db is damaged \(.+\)/);
  expect(readdirSync(state).sort()).toEqual(readdirSync(copy).sort());
});

test.skipIf(!PERMISSIONS_COUNT && !canMount())('a folder that cannot be written is refused', async () => {
  const disk = PERMISSIONS_COUNT ? undefined : SmallDisk.mount(1);
  const folder = disk?.folder ?? testFolder();
  const state = join(folder, 'state');
  mkdirSync(state);
  if (disk) disk.makeReadOnly();
  else chmodSync(state, 0o555);
  try {
    const up = await slipway(testFolder(), [...UP, '--state', state]);
    expect(up).toMatchObject({ code: 3, err: expect.stringContaining('is not writable') });
    expect(up.err).toContain(state);
  } finally {
    disk?.[Symbol.dispose]();
  }
});
