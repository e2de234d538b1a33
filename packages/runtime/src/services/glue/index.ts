import { defineService } from '../../dispatch/service.ts';
import { glueAccess } from './access.ts';
import { bookmarkOperations } from './bookmarks.ts';
import { runOperations } from './job-runs.ts';
import { JobStore, jobSchema } from './job-store.ts';
import { jobOperations } from './jobs.ts';
import type { GlueParts } from './parts.ts';
import { pythonShellKind } from './python-shell/index.ts';
import { glueResources } from './resources/index.ts';
import { RunEvents } from './run-events.ts';
import { RUN_KIND, RunLifecycle } from './run-lifecycle.ts';
import { tagOperations } from './tags.ts';
import { unsupported } from './unsupported.ts';

/** Glue: Python shell jobs as processes of this machine. */
export const glue = defineService({
  name: 'glue',
  models: ['glue'],
  schema: [jobSchema],
  unsupported,
  create(host) {
    const store = new JobStore(host.database);
    const events = new RunEvents(host, store);
    const lifecycle = new RunLifecycle(host, store, events);
    host.jobs.define(RUN_KIND, pythonShellKind(host, store, lifecycle));
    const parts: GlueParts = { host, store, lifecycle };
    return {
      access: glueAccess,
      operations: {
        ...jobOperations(parts),
        ...runOperations(parts),
        ...tagOperations(parts),
        ...bookmarkOperations,
      },
      orders: events.orders,
      resources: glueResources,
    };
  },
});
