import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sqliteStore } from '../../src/index.ts';
import { openDatabase } from '../support/sqlite-database.ts';
import { jobsInAll, rounds } from './kill-machine.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'states-kill-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a process killed again and again loses nothing and submits no job twice', async () => {
  const file = join(folder, 'states.db');
  // Each process dies after it has said a few more lines than its predecessor, so all parts are hit.
  let ended: string | undefined;
  for (let lines = 3; ended === undefined; lines += 4) ended = await live(file, lines);
  expect(ended).toMatch(/^ended SUCCEEDED/);

  const database = openDatabase(file);
  const jobs = database.all<{ parameters: string }>('SELECT parameters FROM job');
  expect(jobs).toHaveLength(jobsInAll);
  const events = sqliteStore(database).history(rounds.executionArn, { limit: 10_000 });
  expect(events.map(({ id }) => id)).toEqual(events.map((_, i) => i + 1));
  const count = (type: string): number => events.filter((event) => event.type === type).length;
  expect(count('TaskScheduled')).toBe(jobsInAll);
  expect(count('TaskSubmitted')).toBe(jobsInAll);
  expect(count('TaskSucceeded')).toBe(jobsInAll);
  expect(count('MapIterationSucceeded')).toBe(12);
  database.close();
});

/** One life of the process: its last line when it came to the end, undefined when it was killed before. */
async function live(file: string, lines: number): Promise<string | undefined> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'kill-child.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let last: string | undefined;
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    count += 1;
    expect(line).not.toMatch(/^fault/);
    if (line.startsWith('ended')) last = line;
    else if (count === lines) child.kill('SIGKILL');
  }
  await exited;
  return last;
}
