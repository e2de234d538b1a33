import type { Authorizer } from '../access/authorizer.ts';
import type { Caller } from '../access/caller.ts';
import type { Sessions } from '../access/sessions.ts';
import type { Environments } from '../compute/environments.ts';
import type { Jobs } from '../compute/jobs.ts';
import type { RuntimeConfig } from '../config.ts';
import type { Progress } from '../progress.ts';
import type { Clock } from '../store/clock.ts';
import type { Database } from '../store/database.ts';
import type { Ids } from '../store/ids.ts';
import type { Orders } from '../store/orders.ts';
import type { Recovery } from '../store/recovery.ts';
import type { Signals } from '../store/signals.ts';
import type { ResourceProvider } from './resource-provider.ts';
import type { ClientOf } from './types.ts';

/** On whose behalf, where and under which effect token a service calls another. */
export interface ClientOptions {
  readonly caller: Caller;
  readonly region: string;
  /** Only for a client that makes one call: a repetition answers what the first one answered. */
  readonly token?: string;
  readonly signal?: AbortSignal;
  /** The service that calls on the caller's behalf, such as `lambda.amazonaws.com`, where one does. */
  readonly via?: string;
}

/** What the runtime lends every service. */
export interface Host {
  readonly config: RuntimeConfig;
  readonly database: Database;
  readonly recovery: Recovery;
  readonly orders: Orders;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly sessions: Sessions;
  readonly authorizer: Authorizer;
  readonly jobs: Jobs;
  readonly environments: Environments;
  readonly progress: Progress;
  /** Where clients reach the runtime, such as `http://127.0.0.1:4566`; known once it listens. */
  readonly endpoint: () => string;
  /** The service's folder of plain files under the state folder, made if absent. */
  folder(service: string): string;
  /** A service's client; calls go through validation and access like anybody's. */
  client<Sdk>(service: string, options: ClientOptions): ClientOf<Sdk>;
  /** Who provides a CloudFormation resource type. */
  resourceProvider(type: string): ResourceProvider | undefined;
}
