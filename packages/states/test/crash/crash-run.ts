import { setImmediate as nextTick } from 'node:timers/promises';
import {
  createEngine,
  type EventRecord,
  type ExecutionRecord,
  memoryStore,
  type Store,
} from '../../src/index.ts';
import { skippingTime, VirtualClock } from '../support/virtual-clock.ts';
import { type CrashPoint, crashingStore } from './crashing-store.ts';
import type { CrashMachine } from './machines.ts';
import { OutsideWorld } from './outside-world.ts';
import { slowStore } from './slow-store.ts';

const executionArn = 'arn:aws:states:us-east-1:111111111111:execution:machine:run';

export interface CrashResult {
  readonly record: ExecutionRecord;
  readonly events: readonly EventRecord[];
  /** Tokens of the jobs that were submitted. */
  readonly tokens: readonly string[];
  /** Commits of the last process. */
  readonly commits: number;
  readonly faults: readonly unknown[];
}

export interface CrashOptions {
  readonly store?: Store;
  /** How many turns of the event loop the next commit takes. */
  readonly turns?: () => number;
}

/** Runs a machine through any number of crashes, each in a process of its own on the same store. */
export async function runWithCrashes(
  machine: CrashMachine,
  crashes: readonly CrashPoint[],
  { store: inner = memoryStore(), turns = () => 0 }: CrashOptions = {},
): Promise<CrashResult> {
  const world = new OutsideWorld();
  const faults: unknown[] = [];
  let clock = new VirtualClock();
  let ids = 0;
  for (const crash of [...crashes, undefined]) {
    world.newProcess();
    // Time goes on between the processes, but what was due stays due.
    clock = new VirtualClock(clock.now() + 1);
    const { store: mortal, crashed, commits } = crashingStore(inner, crash);
    // Commits that still wait when the process dies never happen.
    const store = slowStore(mortal, turns);
    let activity = 0;
    const engine = createEngine({
      store,
      clock,
      tasks: () => world.handler(clock),
      random: () => 0.5,
      uuid: () => {
        ids += 1;
        return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
      },
      onEvents: () => {
        activity += 1;
      },
      onFault: (error) => faults.push(error),
    });
    const life = async (): Promise<'crashed' | ExecutionRecord> => {
      if (inner.execution(executionArn) === undefined) await start(engine, machine);
      else engine.recover();
      return engine.ended(executionArn);
    };
    const end = await skippingTime(
      clock,
      Promise.race([life(), crashed.then(() => 'crashed' as const)]),
      () => activity,
    );
    const used = commits();
    if (end !== 'crashed') await settle();
    engine.close();
    if (end !== 'crashed') {
      const events = inner.history(executionArn, { limit: 100_000 });
      return { record: end, events, tokens: [...world.jobs.keys()].sort(), commits: used, faults };
    }
  }
  throw new Error('the last process has no crash to die of');
}

/** Lets children and jobs that are no longer wanted be stopped. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 100; turns += 1) await nextTick();
}

async function start(
  engine: ReturnType<typeof createEngine>,
  { definition, input }: CrashMachine,
): Promise<void> {
  await engine.start({
    executionArn,
    name: 'run',
    stateMachine: {
      arn: 'arn:aws:states:us-east-1:111111111111:stateMachine:machine',
      name: 'machine',
      roleArn: 'arn:aws:iam::111111111111:role/machine',
      definition: JSON.stringify(definition),
    },
    input,
  });
}

/**
 * A history without what a crash may change: the times, and for concurrent flows the order between
 * them. What happened at each address, in which order and with which data must be the same.
 */
export function canonical(events: readonly EventRecord[], sequential: boolean): string[] {
  const texts = events.map(({ id, previousId, type, details, path, key, attempt }) => {
    const order = sequential ? { id, previousId } : {};
    return withoutIds(JSON.stringify({ ...order, type, details, path, key, attempt }));
  });
  return sequential ? texts : texts.sort();
}

/** Random ids that were drawn but not committed are drawn anew; tokens depend on the start date. */
export function withoutIds(text: string): string {
  return text
    .replace(/00000000-0000-4000-8000-\d{12}|\/00000000:/g, '<uuid>')
    .replace(/(?<![\w-])[\w-]{43}(?![\w-])/g, '<token>');
}
