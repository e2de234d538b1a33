import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ExecutionRecord,
  type Json,
  type JsonObject,
  memoryStore,
  sqliteStore,
} from '../../src/index.ts';
import { engineFixture, executionArnOf } from '../support/engine-fixture.ts';
import { openDatabase } from '../support/sqlite-database.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { type CrashOptions, runWithCrashes } from './crash-run.ts';
import type { CrashPoint } from './crashing-store.ts';
import { OutsideWorld } from './outside-world.ts';
import { carryOut, randomSteps, type Steps, toDefinition } from './random-machine.ts';
import { slowStore } from './slow-store.ts';

/**
 * Machines nobody has thought of, with crashes and slow commits at any time: they must end as their
 * steps do when they are simply carried out, and leave nothing behind that still runs.
 */
const crash: fc.Arbitrary<CrashPoint> = fc.record({
  commit: fc.integer({ min: 1, max: 25 }),
  mode: fc.constantFrom('before', 'after'),
});
const crashes = fc.array(crash, { maxLength: 3 });
/** How long each commit takes. */
const turns = fc.infiniteStream(fc.nat(3));

interface Trial {
  readonly ending: Ending;
  readonly expected: Ending;
  readonly leftBehind: Readonly<Record<'faults' | 'gaps' | 'executions' | 'tasks', readonly unknown[]>>;
}

const nothing: Trial['leftBehind'] = { faults: [], gaps: [], executions: [], tasks: [] };

async function run(steps: Steps, points: readonly CrashPoint[], options: CrashOptions): Promise<Trial> {
  const { store = memoryStore() } = options;
  const input = { n: 0 };
  const machine = { definition: toDefinition(steps), input, sequential: false };
  const { record, events, faults } = await runWithCrashes(machine, points, { ...options, store });
  return {
    ending: endingOf(record),
    expected: expectedEnding(steps, input, record),
    leftBehind: {
      faults,
      gaps: events.filter(({ id }, i) => id !== i + 1),
      executions: store.executionsByStatus('RUNNING'),
      tasks: [...store.tasksByStatus('OPEN'), ...store.tasksByStatus('CANCELLING')],
    },
  };
}

interface Ending {
  readonly status: string;
  readonly output?: Json;
  readonly error?: string;
}

function endingOf({ status, output, failure }: ExecutionRecord): Ending {
  if (output !== undefined) return { status, output: JSON.parse(output) as Json };
  return { status, error: failure?.error ?? '' };
}

/** How the steps must end; of several possible errors the one that occurred. */
function expectedEnding(steps: Steps, input: JsonObject, { failure }: ExecutionRecord): Ending {
  const expected = carryOut(steps, input);
  if ('data' in expected) return { status: 'SUCCEEDED', output: expected.data };
  const occurred = failure?.error ?? '';
  const isPossible = expected.errors.has(occurred);
  return { status: 'FAILED', error: isPossible ? occurred : [...expected.errors].join(' or ') };
}

test('random machines end as their steps do, whatever crashes', async () => {
  await fc.assert(
    fc.asyncProperty(randomSteps(2), crashes, async (steps, points) => {
      const { ending, expected, leftBehind } = await run(steps, points, {});
      expect({ ending, leftBehind }).toEqual({ ending: expected, leftBehind: nothing });
    }),
    { numRuns: 200 },
  );
});

test('random machines on a slow store', async () => {
  await fc.assert(
    fc.asyncProperty(randomSteps(2), crashes, turns, async (steps, points, stream) => {
      const options = { turns: () => stream.next().value ?? 0 };
      const { ending, expected, leftBehind } = await run(steps, points, options);
      expect({ ending, leftBehind }).toEqual({ ending: expected, leftBehind: nothing });
    }),
    { numRuns: 100 },
  );
});

test('random machines on SQLite', async () => {
  await fc.assert(
    fc.asyncProperty(randomSteps(2), crashes, async (steps, points) => {
      const database = openDatabase(':memory:');
      const store = sqliteStore(database);
      const { ending, expected, leftBehind } = await run(steps, points, { store });
      expect({ ending, leftBehind }).toEqual({ ending: expected, leftBehind: nothing });
      database.close();
    }),
    { numRuns: 50 },
  );
});

test('random machines that are stopped and redriven end as if nothing had happened', async () => {
  // A redrive counts as an attempt, so tasks that fail a number of times would fail less often.
  const reliable = randomSteps(2, { mostFailures: 0 });
  const stops = fc.array(fc.nat(12), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(reliable, stops, turns, async (steps, batches, stream) => {
      const input = { n: 0 };
      const clock = new VirtualClock();
      const world = new OutsideWorld();
      const due = [...batches];
      let left = due.shift();
      const fixture = engineFixture({
        clock,
        store: slowStore(memoryStore(), () => stream.next().value ?? 0),
        tasks: () => world.handler(clock),
        onEvents: () => {
          if (left !== undefined) left -= 1;
          if (left === undefined || left >= 0) return;
          left = undefined;
          void fixture.engine.stop(executionArnOf('run'));
        },
      });
      const arn = await fixture.start(toDefinition(steps), input);
      let record = await fixture.finish(arn);
      while (record.status === 'ABORTED') {
        left = due.shift();
        await fixture.engine.redrive(arn);
        record = await fixture.finish(arn);
      }
      expect(endingOf(record)).toEqual(expectedEnding(steps, input, record));
      expect(fixture.faults).toEqual([]);
      fixture.engine.close();
    }),
    { numRuns: 200 },
  );
});
