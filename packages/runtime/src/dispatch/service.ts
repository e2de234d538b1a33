import type { ServiceModel } from '../model/load.ts';
import type { Migration } from '../store/migrations.ts';
import type { OrderHandler } from '../store/orders.ts';
import type { CallContext } from './context.ts';
import type { Host } from './host.ts';
import type { ResourceProviders } from './resource-provider.ts';
import type { OperationsOf } from './types.ts';

/** Handlers of operations, typed by the official SDK's client: `satisfies Operations<Glue>`. */
export type Operations<Sdk> = OperationsOf<Sdk, CallContext>;

/** How the dispatcher sees any handler. */
export type Handler = (input: never, context: CallContext) => unknown;

/** Where a service departs from what its model and protocol say. */
export interface Quirks {
  /** Answered when the input breaks the model's constraints; default `ValidationException`. */
  readonly validationCode?: string;
  /** `handler`: the service answers constraint faults in words of its own, its handlers check. */
  readonly validation?: 'model' | 'handler';
  /**
   * For services that may be addressed by host name: the path segment that a Host header stands for
   * (`bucket.s3.example` → `bucket`), or undefined when it stands for none.
   */
  readonly hostSegment?: (host: string) => string | undefined;
}

/** What a running service offers. */
export interface Service {
  readonly operations: Readonly<Record<string, Handler>>;
  /** Who carries out the orders that the service's transactions place, by kind. */
  readonly orders?: Readonly<Record<string, OrderHandler<never>>>;
  /** The CloudFormation resource types that this service provides. */
  readonly resources?: ResourceProviders;
  /** Before the first call: pick up what an earlier life of the runtime left. */
  start?(): void | Promise<void>;
  stop?(): void | Promise<void>;
}

/** A service as it stands in the list of services. */
export interface ServiceDefinition {
  /** Folder and client name, such as `s3` or `states`. */
  readonly name: string;
  /** Official models it serves, by data file name. */
  readonly models: readonly (string | ServiceModel)[];
  /** Its tables. */
  readonly schema: readonly Migration[];
  /** Operations deliberately not served, with the reason; shown on the coverage page and in the 501. */
  readonly unsupported?: Readonly<Record<string, string>>;
  readonly quirks?: Quirks;
  create(host: Host): Service;
}

/** Declares a service; registering it is one line in `services/index.ts`. */
export function defineService(definition: ServiceDefinition): ServiceDefinition {
  return definition;
}
