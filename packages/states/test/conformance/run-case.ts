import {
  createEngine,
  type Engine,
  type ExecutionRecord,
  type HistoryEvent,
  type Json,
  memoryStore,
  TaskError,
  type TaskHandler,
  type TaskResource,
} from '../../src/index.ts';
import { skippingTime, VirtualClock } from '../support/virtual-clock.ts';
import {
  activityHandler,
  executionHandler,
  queueHandler,
  type ServiceWorld,
  sdkHandler,
} from './aws-services.ts';
import { lambdaHandler } from './lambda-functions.ts';
import type { RecordedCase } from './recorded-cases.ts';
import { recordedObjects } from './recorded-objects.ts';

const machineArn = 'arn:aws:states:us-east-1:111111111111:stateMachine:machine';
const executionArn = 'arn:aws:states:us-east-1:111111111111:execution:machine:run';
/** Shortly before the timestamps that the recorded Wait states wait for. */
const start = Date.UTC(2026, 10, 21, 0, 3, 50);

export interface Outcome {
  readonly record: ExecutionRecord;
  readonly history: readonly HistoryEvent[];
  readonly faults: readonly unknown[];
}

/** Runs a recorded definition with simulated services and a clock that skips waits. */
export async function runCase(recorded: RecordedCase): Promise<Outcome> {
  const clock = new VirtualClock(start);
  const faults: unknown[] = [];
  let activity = 0;
  const awaitEnd = (arn: string): Promise<ExecutionRecord> => engine.ended(arn);
  const later = (work: () => void): void => void clock.at(clock.now() + 1000, work);
  const world: ServiceWorld = { recorded, engine: () => engine, awaitEnd, later };
  const engine: Engine = createEngine({
    store: memoryStore(),
    clock,
    tasks: (resource) => handlerFor(resource, world, clock),
    objects: recordedObjects(recorded),
    onEvents: () => {
      activity += 1;
    },
    onFault: (error) => faults.push(error),
  });
  await engine.start({
    executionArn,
    name: 'run',
    stateMachine: {
      arn: machineArn,
      name: 'machine',
      roleArn: 'arn:aws:iam::111111111111:role/machine',
      definition: recorded.definition,
    },
    input: recorded.input === null ? {} : (JSON.parse(recorded.input) as Json),
  });
  if (recorded.expected.status === 'UNFINISHED') await engine.stop(executionArn);
  const record = await skippingTime(clock, engine.ended(executionArn), () => activity);
  const history = engine.history(executionArn, { limit: 10_000 });
  engine.close();
  return { record, history, faults };
}

function handlerFor(
  resource: TaskResource,
  world: ServiceWorld,
  clock: VirtualClock,
): TaskHandler | undefined {
  if (resource.kind === 'lambda') return lambdaHandler(world.recorded, clock);
  if (resource.kind === 'activity') {
    if (world.recorded.id.includes('on_deleted')) {
      throw new TaskError('States.Runtime', `The activity ${resource.arn} does not exist.`);
    }
    return activityHandler(world);
  }
  switch (resource.service) {
    case 'lambda':
      return lambdaHandler(world.recorded, clock);
    case 'sqs':
      return queueHandler(world);
    case 'states':
      return executionHandler(world);
    default:
      return sdkHandler(world);
  }
}
