import { Collection, type Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';
import { type Kind, parseArn } from './arns.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import type { EndpointConfig } from './endpoints/endpoint-configs.ts';
import type { Model } from './models/model.ts';
import type { ProcessingJob } from './processing/processing-job.ts';
import type { TrainingJob } from './training/training-job.ts';
import type { TransformJob } from './transform/transform-job.ts';

export type Tags = Readonly<Record<string, string>>;

/** What every resource of the service has. */
export interface Resource {
  /** In the case in which it was given. */
  readonly name: string;
  readonly arn: string;
  readonly tags: Tags;
  readonly created: Date;
  readonly modified: Date;
  /** The status on the wire, or `InService` for what has none. */
  readonly status: string;
}

export interface Resources {
  'training-job': TrainingJob;
  'processing-job': ProcessingJob;
  'transform-job': TransformJob;
  model: Model;
  'endpoint-config': EndpointConfig;
  endpoint: Endpoint;
}

const TABLES: Readonly<Record<Kind, string>> = {
  'training-job': 'sagemaker_training_job',
  'processing-job': 'sagemaker_processing_job',
  'transform-job': 'sagemaker_transform_job',
  model: 'sagemaker_model',
  'endpoint-config': 'sagemaker_endpoint_config',
  endpoint: 'sagemaker_endpoint',
};

export const resourcesSchema = Object.values(TABLES)
  .map((table) => Collection.schema(table))
  .join('\n');

/** All resources, by kind and lower-cased name. Writing methods are for use inside a transaction. */
export class ResourceStore {
  readonly #tables: Readonly<Record<Kind, Collection<never>>>;

  constructor(database: Database) {
    this.#tables = Object.fromEntries(
      Object.entries(TABLES).map(([kind, table]) => [kind, new Collection<never>(database, table)]),
    ) as Record<Kind, Collection<never>>;
  }

  get<K extends Kind>(kind: K, scope: Scope, name: string): Resources[K] | undefined {
    return this.#table(kind).get(scope, name.toLowerCase());
  }

  /** @returns false when there is one with this name already */
  insert<K extends Kind>(kind: K, scope: Scope, resource: Resources[K]): boolean {
    return this.#table(kind).insert(scope, resource.name.toLowerCase(), resource);
  }

  update<K extends Kind>(kind: K, scope: Scope, resource: Resources[K]): void {
    this.#table(kind).update(scope, resource.name.toLowerCase(), resource);
  }

  /** @returns whether there was one */
  delete(kind: Kind, scope: Scope, name: string): boolean {
    return this.#tables[kind].delete(scope, name.toLowerCase());
  }

  all<K extends Kind>(kind: K, scope: Scope): Resources[K][] {
    return this.#table(kind)
      .list(scope)
      .map(({ document }) => document);
  }

  /** Of every account and region. */
  everywhere<K extends Kind>(kind: K): { scope: Scope; resource: Resources[K] }[] {
    return this.#table(kind)
      .everywhere()
      .map(({ scope, document }) => ({ scope, resource: document }));
  }

  byArn(scope: Scope, arn: string): { kind: Kind; resource: Resources[Kind] } | undefined {
    const parsed = parseArn(scope, arn);
    if (!parsed || !Object.hasOwn(TABLES, parsed.kind)) return undefined;
    const kind = parsed.kind as Kind;
    const resource = this.get(kind, scope, parsed.id);
    return resource && { kind, resource };
  }

  #table<K extends Kind>(kind: K): Collection<Resources[K]> {
    return this.#tables[kind] as unknown as Collection<Resources[K]>;
  }
}
