import {
  createEngine,
  type Engine,
  type EngineOptions,
  type ExecutionRecord,
  type HistoryEvent,
  type Json,
  type JsonObject,
  memoryStore,
  type TaskHandler,
} from '../../src/index.ts';
import { skippingTime, VirtualClock } from './virtual-clock.ts';

const machineArn = 'arn:aws:states:us-east-1:111111111111:stateMachine:machine';

/** Where the fixture's executions are, by name. */
export function executionArnOf(name: string): string {
  return `arn:aws:states:us-east-1:111111111111:execution:machine:${name}`;
}

/** An engine for a test, with a clock that skips what has to be waited for. */
export interface EngineFixture {
  readonly engine: Engine;
  readonly clock: VirtualClock;
  readonly faults: unknown[];
  /** Starts an execution and returns its ARN. */
  start(definition: JsonObject, input?: Json, name?: string): Promise<string>;
  /** Skips time until the execution has ended. */
  finish(executionArn: string): Promise<ExecutionRecord>;
  /** Skips time until something else has happened. */
  skipUntil<T>(wanted: Promise<T>): Promise<T>;
  history(executionArn: string): HistoryEvent[];
}

export function engineFixture(options: Partial<EngineOptions> = {}): EngineFixture {
  const clock = options.clock instanceof VirtualClock ? options.clock : new VirtualClock();
  const faults: unknown[] = [];
  let activity = 0;
  const engine = createEngine({
    store: memoryStore(),
    tasks: () => undefined,
    ...options,
    clock,
    onEvents: (arn, events) => {
      activity += 1;
      options.onEvents?.(arn, events);
    },
    onFault: (error) => faults.push(error),
  });
  const skipUntil = <T>(wanted: Promise<T>): Promise<T> => skippingTime(clock, wanted, () => activity);
  return {
    engine,
    clock,
    faults,
    skipUntil,
    async start(definition, input = {}, name = 'run') {
      const executionArn = executionArnOf(name);
      const stateMachine = {
        arn: machineArn,
        name: 'machine',
        roleArn: 'arn:aws:iam::111111111111:role/machine',
        definition: JSON.stringify(definition),
      };
      await engine.start({ executionArn, name, stateMachine, input });
      return executionArn;
    },
    finish: (executionArn) => skipUntil(engine.ended(executionArn)),
    history: (executionArn) => engine.history(executionArn, { limit: 100_000 }),
  };
}

/** What became of an execution, in short. */
export interface Ending {
  readonly status: string;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
}

/** Runs one execution to its end. */
export async function execute(
  definition: JsonObject,
  input: Json = {},
  options: Partial<EngineOptions> = {},
): Promise<Ending & { events: HistoryEvent[] }> {
  const fixture = engineFixture(options);
  const arn = await fixture.start(definition, input);
  const record = await fixture.finish(arn);
  fixture.engine.close();
  if (fixture.faults.length > 0) throw fixture.faults[0];
  return { ...toEnding(record), events: fixture.history(arn) };
}

export function toEnding({ status, output, failure }: ExecutionRecord): Ending {
  return {
    status,
    ...(output === undefined ? {} : { output: JSON.parse(output) as Json }),
    ...(failure?.error === undefined ? {} : { error: failure.error }),
    ...(failure?.cause === undefined ? {} : { cause: failure.cause }),
  };
}

/** A machine of one state. */
export function single(state: JsonObject, extra: JsonObject = {}): JsonObject {
  return { StartAt: 'S', States: { S: { End: true, ...state } }, ...extra };
}

/** A handler that answers with what a function gives, or fails with what it throws. */
export function answering(answer: (parameters: Json, call: number) => Json | Promise<Json>): TaskHandler {
  let calls = 0;
  return {
    async run({ parameters }) {
      calls += 1;
      return { output: await answer(parameters, calls) };
    },
  };
}

export function typesOf(events: readonly HistoryEvent[]): string[] {
  return events.map(({ type }) => type);
}
