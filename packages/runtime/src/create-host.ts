import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Authorizer } from './access/authorizer.ts';
import { Sessions } from './access/sessions.ts';
import { Usage } from './access/usage.ts';
import { Environments } from './compute/environments.ts';
import { Jobs } from './compute/jobs.ts';
import type { RuntimeConfig } from './config.ts';
import { type CallRecord, Dispatcher } from './dispatch/dispatcher.ts';
import { Effects } from './dispatch/effects.ts';
import type { Host } from './dispatch/host.ts';
import type { ResourceProvider } from './dispatch/resource-provider.ts';
import { Progress } from './progress.ts';
import type { Clock } from './store/clock.ts';
import type { Database } from './store/database.ts';
import type { Ids } from './store/ids.ts';
import type { Schema } from './store/migrations.ts';
import { Orders } from './store/orders.ts';
import { Recovery } from './store/recovery.ts';
import { Signals } from './store/signals.ts';

/** Tables of the core; each service adds its own. */
export const CORE_SCHEMAS: readonly Schema[] = [
  { component: 'recovery', migrations: [Recovery.schema] },
  { component: 'orders', migrations: [Orders.schema] },
  { component: 'effects', migrations: [Effects.schema] },
  { component: 'sessions', migrations: [Sessions.schema, Sessions.userKeySchema, Sessions.policySchema] },
  { component: 'access', migrations: [Usage.schema] },
  { component: 'jobs', migrations: [Jobs.schema] },
];

export interface HostParts {
  readonly config: RuntimeConfig;
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly record: (call: CallRecord) => void;
  readonly providerOf: (type: string) => ResourceProvider | undefined;
}

export interface CreatedHost {
  readonly host: Host;
  readonly dispatcher: Dispatcher;
  readonly effects: Effects;
  /** Tells the services where the runtime listens. */
  readonly setEndpoint: (endpoint: string) => void;
  /** Reports a fault of the runtime itself. */
  readonly fault: (service: string, error: unknown) => void;
}

/** Puts together what the runtime lends its services. */
export function createHost({ config, database, clock, ids, record, providerOf }: HostParts): CreatedHost {
  const progress = new Progress();
  const effects = new Effects(database);
  const authorizer = new Authorizer({
    mode: config.access ?? 'audit',
    usage: new Usage(database),
    now: () => clock.now(),
    remark: (message) => progress.emit({ type: 'warning', service: 'iam', message }),
  });
  const dispatcher = new Dispatcher({ database, effects, clock, ids, progress, authorizer, record });
  const fault = (service: string, error: unknown) =>
    progress.emit({ type: 'fault', service, message: String(error), error });
  const recovery = new Recovery(database, clock);
  let endpoint = '';
  const host: Host = {
    config,
    database,
    recovery,
    orders: new Orders({ database, recovery, clock, newId: () => ids.uuid(), failed: fault }),
    signals: new Signals(),
    clock,
    ids,
    sessions: new Sessions(database, ids, config.defaultAccount),
    authorizer,
    jobs: new Jobs({
      database,
      recovery,
      clock,
      progress,
      root: join(config.stateFolder, 'jobs'),
      python: config.python,
    }),
    environments: new Environments({ ...config, progress }),
    progress,
    endpoint: () => endpoint,
    folder(service) {
      const path = join(config.stateFolder, service);
      mkdirSync(path, { recursive: true });
      return path;
    },
    client: (service, options) => dispatcher.client(service, options),
    resourceProvider: providerOf,
  };
  return {
    host,
    dispatcher,
    effects,
    setEndpoint(value) {
      endpoint = value;
    },
    fault,
  };
}
