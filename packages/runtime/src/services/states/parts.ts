import type { Engine, Store } from '@slipway/states';
import type { Host } from '../../dispatch/host.ts';
import type { ActivityQueue } from './activity-queue.ts';
import type { MachineStore } from './machine-store.ts';

/** What the files of this service share. */
export interface StatesParts {
  readonly host: Host;
  readonly engine: Engine;
  readonly store: Store;
  readonly machines: MachineStore;
  readonly activities: ActivityQueue;
}
