import { afterAll, beforeAll, type ExpectStatic, test, vi } from 'vitest';
import { type Death, deathsOver } from '../../src/testing/mortal/death.ts';
import { Laboratory, type Observed } from './laboratory.ts';

/**
 * The runtime is killed with SIGKILL while a machine of everything runs: Parallel, Map inline and
 * distributed, Retry, Catch, Wait, a nested execution, functions, a Glue job, a callback. Whatever the
 * commit, and whether before or after it, the next life goes on to the same outputs, histories, objects
 * and events, and starts each piece of user code at most once more for each kill.
 *
 * By default a few runs are killed many times over; with SLIPWAY_CRASH_ALL=1 there is besides one run
 * for each single commit, killed before and after it.
 */
const RUNS_AT_ONCE = 2;
const LONGEST_RUN_MS = 300_000;
/** More than an undisturbed run has. */
const MOST_COMMITS = 120;

const laboratory = new Laboratory();
let intact: Observed;

vi.setConfig({ maxConcurrency: RUNS_AT_ONCE, testTimeout: LONGEST_RUN_MS, hookTimeout: LONGEST_RUN_MS });

beforeAll(async () => {
  await laboratory.open();
  intact = await laboratory.run([]);
});
afterAll(() => laboratory.close());

test('an undisturbed run ends well, with one of everything', ({ expect }) => {
  const { outcome, starts, faults } = intact;
  expect(faults).toEqual([]);
  expect(outcome.whole).toMatchObject([{ status: 'SUCCEEDED' }]);
  expect(outcome.nested).toMatchObject([{ status: 'SUCCEEDED' }]);
  expect(outcome.children).toMatchObject([Array(3).fill({ status: 'SUCCEEDED' })]);
  expect(outcome.runs).toEqual([{ JobRunState: 'SUCCEEDED', Attempt: 0 }]);
  expect(outcome.events).toHaveLength(5);
  expect(new Set(Object.values(starts))).toEqual(new Set([1]));
  expect(Object.keys(starts)).toHaveLength(3 * 2 + 3 + 4);
});

test.concurrent.for<[string, Death[]]>([
  ['starts', [{ at: 'progress', type: 'job.started', kind: 'glue' }]],
  ['has ended', [{ at: 'progress', type: 'job.ended', kind: 'glue' }]],
])('a kill when the Glue job %s', async ([, deaths], { expect }) => {
  const observed = await laboratory.run(deaths, intact.outcome.events.length);
  expect(observed.kills).toBe(1);
  expectTheSame(expect, observed);
});

test.concurrent.for<['before' | 'after', number]>([
  ['before', 0],
  ['before', 0.5],
  ['after', 0.25],
  ['after', 0.75],
])('kills %s commits, from %f of the first sixth on', async ([moment, begin], { expect }) => {
  const lives = 5;
  const deaths = deathsOver(intact.commits, lives, moment, begin);
  const observed = await laboratory.run(deaths, intact.outcome.events.length);
  expect(observed.kills).toBeGreaterThan(2);
  expectTheSame(expect, observed);
});

const singleKills = Array.from(
  { length: process.env['SLIPWAY_CRASH_ALL'] === '1' ? MOST_COMMITS : 0 },
  (_, index) =>
    (['before', 'after'] as const).map((moment): Death => ({ at: 'commit', commit: index + 1, moment })),
).flat();

test.concurrent.for(singleKills)('a single kill, %j', async (death, { expect, skip }) => {
  if (death.at === 'commit' && death.commit > intact.commits) skip('an undisturbed run has fewer commits');
  const observed = await laboratory.run([death], intact.outcome.events.length);
  expect(observed.kills).toBeLessThanOrEqual(1);
  expectTheSame(expect, observed);
});

function expectTheSame(expect: ExpectStatic, { outcome, starts, kills, faults }: Observed): void {
  expect(faults).toEqual([]);
  expect(outcome).toEqual(intact.outcome);
  expect(Object.keys(starts).toSorted()).toEqual(Object.keys(intact.starts).toSorted());
  for (const [name, count] of Object.entries(starts)) {
    // A queue gives its messages at least once.
    if (name === 'approve') continue;
    expect({ name, count: Math.min(count, 1 + kills) }).toEqual({ name, count });
  }
}
