import { afterAll, beforeAll, type ExpectStatic, test, vi } from 'vitest';
import { deathsOver } from '../../../runtime/src/testing/mortal/death.ts';
import type { Death } from './death.ts';
import { Laboratory, type Observed } from './laboratory.ts';

/**
 * The runtime is killed with SIGKILL while pipeline A runs. Whatever the point, the next life goes on
 * to the same forecasts and the same history, makes nothing twice, and starts user code at most once
 * more for each kill.
 *
 * By default each run is killed several times; with SLIPWAY_CRASH_ALL=1 there is besides one run for
 * each single commit, killed before and after it.
 */
const RUNS_AT_ONCE = 2;
const LONGEST_RUN_MS = 300_000;
/** More than an undisturbed run has. */
const MOST_COMMITS = 250;

let laboratory: Laboratory;
let intact: Observed;

vi.setConfig({ maxConcurrency: RUNS_AT_ONCE, testTimeout: LONGEST_RUN_MS, hookTimeout: LONGEST_RUN_MS });

beforeAll(async () => {
  laboratory = await Laboratory.open();
  intact = await laboratory.run([]);
});
afterAll(() => laboratory.close());

test('an undisturbed run ends well, with one of everything', ({ expect }) => {
  expect(intact.outcome).toMatchObject({ status: 'SUCCEEDED', executions: 1 });
  expect(intact.outcome.forecast?.split('\n')).toHaveLength(1 + 3 * 2 + 1);
  expect(intact.starts).toEqual({
    'upload-trigger': 1,
    'validate-config': 1,
    preprocess: 1,
    postprocess: 1,
    report: 1,
  });
  expect(intact.steps).toEqual({
    'forecast-import': 3,
    'forecast-train': 1,
    'forecast-backtest-export': 1,
    'forecast-forecast': 1,
    'forecast-export': 1,
  });
});

const job = (type: 'started' | 'progress' | 'ended', kind: string): Death => ({
  at: 'progress',
  type: `job.${type}`,
  kind: `forecast-${kind}`,
});
const userCode = (name: string): Death => ({ at: 'user code', name });
const state = (name: string): Death => ({ at: 'state', name });

test.concurrent.for<[string, Death[]]>([
  [
    'PutObject of the zip',
    [{ at: 'half an upload' }, { at: 'upload', moment: 'before' }, { at: 'upload', moment: 'after' }],
  ],
  [
    'functions and Glue jobs',
    ['upload-trigger', 'validate-config', 'preprocess', 'postprocess', 'report'].map(userCode),
  ],
  [
    'each import',
    [job('started', 'import'), job('started', 'import'), job('started', 'import'), job('ended', 'import')],
  ],
  [
    'training and forecasting',
    [job('started', 'train'), job('ended', 'train'), job('started', 'forecast'), job('ended', 'forecast')],
  ],
  ['exports', [job('started', 'backtest-export'), job('started', 'export'), job('ended', 'export')]],
  [
    'waiting between states',
    ['Dataset-Import-Job', 'Predictor', 'Forecast', 'Forecast-Export-Job'].map((name) =>
      state(`Wait-For-${name}`),
    ),
  ],
])('kills in %s', async ([, deaths], { expect }) => {
  const observed = await laboratory.run(deaths, intact.outcome.events.length);
  expect(observed.kills).toBe(deaths.length);
  expectTheSame(expect, observed);
});

test.concurrent.for<['before' | 'after', number]>([
  ['before', 0],
  ['before', 0.5],
  ['after', 0.25],
  ['after', 0.75],
])('kills %s commits, from %f of the first sixth on', async ([moment, begin], { expect }) => {
  const lives = 6;
  const deaths = deathsOver(intact.commits, lives, moment, begin);
  const observed = await laboratory.run(deaths, intact.outcome.events.length);
  expect(observed.kills).toBe(lives);
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

function expectTheSame(expect: ExpectStatic, { outcome, starts, steps, kills, faults }: Observed): void {
  expect(faults).toEqual([]);
  expect(outcome).toEqual(intact.outcome);
  expect(steps).toEqual(intact.steps);
  const more = Object.entries(starts).map(([name, count]) => count - (intact.starts[name] ?? 0));
  expect(Math.min(...more)).toBeGreaterThanOrEqual(0);
  expect(more.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(kills);
}
