import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IdentitySource } from '../access/identities.ts';
import type { ServiceAccess } from '../access/needs.ts';
import type { ServiceModel } from '../model/load.ts';
import type { Migration, Schema } from '../store/migrations.ts';
import type { OrderHandler } from '../store/orders.ts';
import type { CallContext } from './context.ts';
import type { Call } from './dispatcher.ts';
import type { ServiceError } from './errors.ts';
import type { Host } from './host.ts';
import type { ResourceProviders } from './resource-provider.ts';
import type { OperationsOf } from './types.ts';

/** Handlers of operations, typed by the official SDK's client: `satisfies Operations<Glue>`. */
export type Operations<Sdk> = OperationsOf<Sdk, CallContext>;

/** How the dispatcher sees any handler. */
export type Handler = (input: never, context: CallContext) => unknown;

/** Where a service departs from what its model and protocol say. */
export interface Quirks {
  /**
   * Answered when the input breaks the model's constraints; default `ValidationException`. By model's name
   * where a service's models differ.
   */
  readonly validationCode?: string | Readonly<Record<string, string>>;
  /** `handler`: the service answers constraint faults in words of its own, its handlers check. */
  readonly validation?: 'model' | 'handler';
  /** The service's own error for a call that policies deny, made of AWS's sentence. */
  readonly accessDenied?: (sentence: string) => ServiceError;
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
  /**
   * What its operations need of a caller's permissions; absent: for each its own action, on any resource.
   */
  readonly access?: ServiceAccess;
  /** Where this service keeps roles and users: who they are to the others. */
  readonly identities?: IdentitySource;
  /** The CloudFormation resource types that this service provides. */
  readonly resources?: ResourceProviders;
  /**
   * Answers requests that belong to no API, such as downloads and callbacks: those whose path is
   * `/_slipway/<service>/<path>`.
   *
   * @returns false when there is nothing at the path
   */
  answer?(path: string, request: IncomingMessage, response: ServerResponse): boolean;
  /**
   * Before any service's call is carried out: a place for what has to be there because somebody asks for
   * it, such as the CDK's bootstrap resources. Asked for every call: undefined at once where there is
   * nothing to do.
   */
  beforeCall?(call: Call): Promise<void> | undefined;
  /** Before the first call: pick up what an earlier life of the runtime left. */
  start?(): void | Promise<void>;
  /** Once every service has started and the runtime listens: go on with work that calls others. */
  ready?(): void | Promise<void>;
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
  /** Tables of libraries that it embeds, which have versions of their own. */
  readonly librarySchemas?: readonly Schema[];
  /**
   * Paths below the state folder that mean something to one life of the runtime only, such as notes of
   * running processes; snapshots go without them.
   */
  readonly transient?: readonly string[];
  /** Operations deliberately not served, with the reason; shown on the coverage page and in the 501. */
  readonly unsupported?: Readonly<Record<string, string>>;
  readonly quirks?: Quirks;
  create(host: Host): Service;
}

/** Declares a service; registering it is one line in `services/index.ts`. */
export function defineService(definition: ServiceDefinition): ServiceDefinition {
  return definition;
}
