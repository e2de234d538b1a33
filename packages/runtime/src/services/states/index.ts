import { createEngine, type ExecutionRecord, migrations, sqliteStore } from '@slipway/states';
import type { Host } from '../../dispatch/host.ts';
import { defineService, type Service } from '../../dispatch/service.ts';
import { StorageError } from '../../store/errors.ts';
import { statesAccess } from './access.ts';
import { activityExists, activityOperations, activitySchema } from './activities.ts';
import { ActivityQueue } from './activity-queue.ts';
import { readMachineArn } from './arns.ts';
import { ExecutionLogs } from './execution-logs.ts';
import { executionOperations } from './executions.ts';
import { historyOperations } from './history.ts';
import { taskHandlers } from './integrations/handlers.ts';
import { MachineStore, machineSchema } from './machine-store.ts';
import { mapObjects } from './map-objects.ts';
import { observedStore } from './observed-store.ts';
import { originSchema } from './origins.ts';
import type { StatesParts } from './parts.ts';
import { resources } from './resources/index.ts';
import { stateMachineOperations } from './state-machines.ts';
import { orderStatusEvent, STATUS_EVENT_ORDER, statusEventHandler } from './status-events.ts';
import { tagOperations, tagSchema } from './tags.ts';
import { taskTokenOperations } from './task-tokens.ts';
import { versionOperations } from './versions.ts';

/** AWS's quota of events per Standard execution; held to only with `parity`. */
const PARITY_HISTORY_EVENTS = 25_000;

const LATER = 'comes in a later version';

/** Step Functions: the API over the engine in packages/states, and the integrations with other services. */
export const states = defineService({
  name: 'states',
  models: ['states'],
  schema: [...machineSchema, originSchema, activitySchema, tagSchema],
  librarySchemas: [{ component: 'states-engine', migrations }],
  unsupported: { TestState: LATER, DescribeMapRun: LATER, ListMapRuns: LATER, UpdateMapRun: LATER },
  create: createStates,
});

function createStates(host: Host): Service {
  const activities = new ActivityQueue();
  const machines = new MachineStore(host.database, () => host.ids.random());
  const logs = new ExecutionLogs(host, (record) => machineOf(machines, record));
  const plainStore = sqliteStore(host.database);
  const orderEvent = (arn: string) => {
    const record = plainStore.execution(arn);
    if (record) orderStatusEvent(host, record);
    // Parents that wait for this execution read it again.
    host.database.afterCommit(() => host.signals.changed(arn));
  };
  const store = observedStore(plainStore, {
    started: ({ arn }) => orderEvent(arn),
    changed: orderEvent,
  });
  const engine = createEngine({
    store,
    tasks: taskHandlers(host, activities),
    objects: mapObjects(host),
    clock: engineClock(host),
    random: () => host.ids.random(),
    uuid: () => host.ids.uuid(),
    timeScale: host.config.timeScale,
    ...(host.config.parity && { limits: { historyEvents: PARITY_HISTORY_EVENTS } }),
    onEvents(arn, events) {
      const record = store.execution(arn);
      if (record) logs.write(record, events);
    },
    onFault(error, arn) {
      host.progress.emit({ type: 'fault', service: 'states', message: `${arn}: ${String(error)}`, error });
      if (error instanceof StorageError) void takeUpAgain();
    },
  });
  let waiting = false;
  // What the engine let go of because the store failed goes on once the store is well.
  const takeUpAgain = async () => {
    if (waiting) return;
    waiting = true;
    const isWell = await host.recovery.untilWritable();
    waiting = false;
    if (isWell) engine.recover();
  };
  const parts: StatesParts = { host, engine, store, machines, activities };
  return {
    operations: {
      ...stateMachineOperations(parts),
      ...versionOperations(parts),
      ...executionOperations(parts),
      ...historyOperations(parts),
      ...taskTokenOperations(parts),
      ...activityOperations(parts),
      ...tagOperations(parts, activityExists(host)),
    },
    access: statesAccess,
    orders: { [STATUS_EVENT_ORDER]: statusEventHandler(host) as never },
    resources,
    // Tasks call services of the runtime, so executions move on once all of them have started.
    ready: () => engine.recover(),
    async stop() {
      engine.close();
      await logs.close();
    },
  };
}

function machineOf(machines: MachineStore, { stateMachineArn }: ExecutionRecord) {
  const [, , , region = '', account = ''] = stateMachineArn.split(':');
  // A map run's children have the label behind their machine's name.
  const arn = stateMachineArn.split('/')[0] ?? stateMachineArn;
  return machines.machines.get({ account, region }, readMachineArn(arn).name);
}

function engineClock({ clock }: Host) {
  return {
    now: () => clock.now(),
    at: (time: number, ring: () => void) => {
      const alarm = clock.at(time, ring);
      return () => alarm.cancel();
    },
  };
}
