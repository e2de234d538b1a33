import { describe, expect, test } from 'vitest';
import { sqliteStore } from '../../src/index.ts';
import { openDatabase } from '../support/sqlite-database.ts';
import { type CrashResult, canonical, runWithCrashes, withoutIds } from './crash-run.ts';
import type { CrashPoint } from './crashing-store.ts';
import { type CrashMachine, distributed, failing, fan, line } from './machines.ts';

/**
 * The process dies at every single commit, before and after it took effect. Whatever the point, the
 * next process must end with the same output, the same history and every job submitted exactly once.
 */
const machines: Record<string, CrashMachine> = { line, fan, failing, distributed };
const modes = ['before', 'after'] as const;

describe.each(Object.entries(machines))('%s', (_, machine) => {
  test('survives a crash at every commit', async () => {
    const intact = await runWithCrashes(machine, []);
    const expected = summary(machine, intact);
    expect(expected.faults).toEqual([]);
    for (let commit = 1; commit <= intact.commits; commit += 1) {
      for (const mode of modes) {
        const crashed = await runWithCrashes(machine, [{ commit, mode }]);
        expect({ commit, mode, ...summary(machine, crashed) }).toEqual({ commit, mode, ...expected });
      }
    }
  });

  test('survives a crash at every commit of the recovery from a crash', async () => {
    const intact = await runWithCrashes(machine, []);
    const expected = summary(machine, intact);
    const first: CrashPoint = { commit: Math.ceil(intact.commits / 2), mode: 'after' };
    const recovered = await runWithCrashes(machine, [first]);
    expect(recovered.commits).toBeGreaterThan(0);
    for (let commit = 1; commit <= recovered.commits; commit += 1) {
      const second: CrashPoint = { commit, mode: modes[commit % 2] as CrashPoint['mode'] };
      const crashed = await runWithCrashes(machine, [first, second]);
      expect({ second, ...summary(machine, crashed) }).toEqual({ second, ...expected });
    }
  });

  test('survives a crash at every commit on SQLite', async () => {
    const intact = await runWithCrashes(machine, []);
    const expected = summary(machine, intact);
    for (let commit = 1; commit <= intact.commits; commit += 1) {
      const database = openDatabase(':memory:');
      const crashed = await runWithCrashes(machine, [{ commit, mode: 'after' }], {
        store: sqliteStore(database),
      });
      expect({ commit, ...summary(machine, crashed) }).toEqual({ commit, ...expected });
      database.close();
    }
  });
});

/** All that must not depend on crashes. */
function summary(machine: CrashMachine, { record, events, tokens, faults }: CrashResult) {
  return {
    status: record.status,
    output: withoutIds(record.output ?? ''),
    jobs: tokens.length,
    hasGaps: events.some(({ id }, i) => id !== i + 1),
    history: canonical(events, machine.sequential),
    faults,
  };
}
