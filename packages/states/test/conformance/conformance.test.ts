import { beforeAll, describe, expect, test } from 'vitest';
import type { HistoryEvent, Json } from '../../src/index.ts';
import { difference } from './compare.ts';
import { casesFile, loadCases, type RecordedCase, type RecordedEvent } from './recorded-cases.ts';
import { type Outcome, runCase } from './run-case.ts';
import { knownHistoryDifference, superseded } from './superseded.ts';

/**
 * Executions recorded on AWS, run again: same status, error name and output, and the same history.
 * The recordings are outside the repository; SLIPWAY_TEST_DATA names their folder.
 */
const cases = loadCases();

/** The shares that must be reproduced, counting superseded recordings as misses. */
const goal = { results: 0.97, causes: 0.9, histories: 0.95 };

interface Result {
  readonly recorded: RecordedCase;
  /** Status, error or output differ. */
  readonly miss: string | undefined;
  readonly causeMiss: string | undefined;
  readonly historyMiss: string | undefined;
}

describe.skipIf(cases === undefined)('executions recorded on AWS', () => {
  const results: Result[] = [];

  beforeAll(async () => {
    for (const recorded of cases ?? []) results.push(await judge(recorded));
    process.stdout.write(`${scoreTable(results)}\n`);
  });

  test('reproduces status, error and output of cases without services', () => {
    expect(share(results.filter(isAlone), hasMiss)).toBeGreaterThanOrEqual(goal.results);
  });

  test('reproduces status, error and output of cases with simulated services', () => {
    const others = results.filter((result) => !isAlone(result));
    expect(share(others, hasMiss)).toBeGreaterThanOrEqual(goal.results);
  });

  test('reproduces the causes of failures', () => {
    expect(share(results.filter(isFailure), hasCauseMiss)).toBeGreaterThanOrEqual(goal.causes);
  });

  test('reproduces the histories', () => {
    expect(share(results.filter(hasHistory), hasHistoryMiss)).toBeGreaterThanOrEqual(goal.histories);
  });
});

test.runIf(cases === undefined)(`recorded executions are skipped: ${casesFile} is absent`, () => {
  expect(cases).toBeUndefined();
});

async function judge(recorded: RecordedCase): Promise<Result> {
  const name = `${recorded.id.split('::').at(-1)} #${recorded.i}`;
  const prefix = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : `${name} ${text}`;
  try {
    const outcome = await runCase(recorded);
    if (outcome.faults.length > 0) throw outcome.faults[0];
    return {
      recorded,
      miss: prefix(resultDifference(recorded, outcome)),
      causeMiss: prefix(causeDifference(recorded, outcome)),
      historyMiss: prefix(historyDifference(recorded, outcome.history)),
    };
  } catch (error) {
    return { recorded, miss: `${name}: ${String(error)}`, causeMiss: undefined, historyMiss: undefined };
  }
}

function resultDifference({ expected }: RecordedCase, { record }: Outcome): string | undefined {
  if (expected.status === 'UNFINISHED')
    return record.status === 'ABORTED' ? undefined : `ended ${record.status}`;
  if (expected.status !== record.status) {
    return `ended ${record.status} (${JSON.stringify(record.failure)}) instead of ${expected.status}`;
  }
  if (expected.status === 'SUCCEEDED') {
    return difference(expected.output ?? null, JSON.parse(record.output ?? 'null') as Json, 'output');
  }
  return (expected.error ?? undefined) === record.failure?.error
    ? undefined
    : `failed with ${record.failure?.error} instead of ${expected.error}`;
}

function causeDifference({ expected }: RecordedCase, { record }: Outcome): string | undefined {
  if (expected.status !== 'FAILED') return undefined;
  return difference(expected.cause ?? null, record.failure?.cause ?? null, 'cause');
}

function historyDifference(recorded: RecordedCase, actual: readonly HistoryEvent[]): string | undefined {
  const expected = recorded.expected.history;
  if (expected === undefined || recorded.expected.status === 'UNFINISHED') return undefined;
  if (expected.some(({ id }) => Array.isArray(id))) return branchHistoryDifference(expected, actual);
  const types = (events: readonly { type: string }[]): string => events.map(({ type }) => type).join(' ');
  if (types(expected) !== types(actual)) return `has events ${types(actual)} instead of ${types(expected)}`;
  for (const [i, event] of expected.entries()) {
    const found = eventDifference(event, actual[i], knownHistoryDifference(recorded.id) === undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Where a Parallel state ran, the recordings sort its branches' events, and leave out how the state
 * itself ended. What keeps its id is compared at that id.
 */
function branchHistoryDifference(
  expected: readonly RecordedEvent[],
  actual: readonly HistoryEvent[],
): string | undefined {
  for (const event of expected) {
    if (typeof event.id !== 'number') continue;
    const found = eventDifference(
      event,
      actual.find(({ id }) => id === event.id),
      true,
    );
    if (found !== undefined) return found;
  }
  const sorted = expected.filter(({ id }) => Array.isArray(id)).map(({ type }) => type);
  const missing = sorted.find((type) => !actual.some((event) => event.type === type));
  return missing === undefined ? undefined : `has no ${missing} in a branch`;
}

function eventDifference(
  expected: RecordedEvent,
  actual: HistoryEvent | undefined,
  chain: boolean,
): string | undefined {
  if (actual === undefined) return `has no event ${String(expected.id)}`;
  const { previousEventId, ...event } = expected;
  const { previousEventId: actualPrevious, ...actualEvent } = actual;
  const found = difference(
    event as Json,
    actualEvent as unknown as Json,
    `event ${actual.id} ${actual.type}`,
  );
  if (found !== undefined || !chain || previousEventId === actualPrevious) return found;
  return `event ${actual.id} ${actual.type} follows ${actualPrevious} instead of ${previousEventId}`;
}

const isAlone = ({ recorded }: Result): boolean => recorded.services.length === 0;
const isChoice = ({ recorded }: Result): boolean => recorded.id.startsWith('choice_operators');
const isFailure = ({ recorded }: Result): boolean => recorded.expected.status === 'FAILED';
const hasHistory = ({ recorded }: Result): boolean => recorded.expected.history !== undefined;
const hasMiss = ({ miss }: Result): boolean => miss !== undefined;
const hasCauseMiss = ({ miss, causeMiss }: Result): boolean => miss !== undefined || causeMiss !== undefined;
const hasHistoryMiss = ({ historyMiss }: Result): boolean => historyMiss !== undefined;

function share(group: readonly Result[], isMissed: (result: Result) => boolean): number {
  return group.length === 0 ? 1 : 1 - group.filter(isMissed).length / group.length;
}

function scoreTable(results: readonly Result[]): string {
  const row = (label: string, group: readonly Result[], isMissed: (result: Result) => boolean): string => {
    const good = group.filter((result) => !isMissed(result)).length;
    const percent = (share(group, isMissed) * 100).toFixed(1);
    return `${label.padEnd(44)} ${String(good).padStart(4)} of ${String(group.length).padStart(4)}  ${percent} %`;
  };
  const alone = results.filter(isAlone);
  const withoutChoice = alone.filter((result) => !isChoice(result));
  const simulated = results.filter((result) => !isAlone(result));
  return [
    row('no services: status, error, output', alone, hasMiss),
    row('no services, without the Choice operators', withoutChoice, hasMiss),
    row('simulated services: status, error, output', simulated, hasMiss),
    row('failures: cause', results.filter(isFailure), hasCauseMiss),
    row('histories: types, details, previous events', results.filter(hasHistory), hasHistoryMiss),
    ...results.flatMap(missesOf),
  ].join('\n');
}

function missesOf({ recorded, miss, causeMiss, historyMiss }: Result): string[] {
  const found = miss ?? causeMiss ?? historyMiss;
  if (found === undefined) return [];
  const reason = superseded.get(recorded.id.split('::').at(-1) ?? '');
  return [reason === undefined ? `missed: ${found}` : `superseded: ${found}\n  because ${reason}`];
}
