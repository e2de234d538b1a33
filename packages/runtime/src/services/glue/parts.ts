import type { Host } from '../../dispatch/host.ts';
import type { JobStore } from './job-store.ts';
import type { RunLifecycle } from './run-lifecycle.ts';

/** What the service's operations share. */
export interface GlueParts {
  readonly host: Host;
  readonly store: JobStore;
  readonly lifecycle: RunLifecycle;
}
