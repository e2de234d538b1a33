import type { FunctionResponseType } from '@aws-sdk/client-lambda';
import { Collection, type Scope } from '../../../store/collection.ts';
import type { Database } from '../../../store/database.ts';

/** A queue whose messages a function gets. */
export interface Mapping {
  readonly uuid: string;
  readonly queueArn: string;
  /** With the version or alias, where one is meant. */
  readonly functionArn: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  /** For so many seconds a batch is filled. */
  readonly window: number;
  /** How many batches the function has at a time. */
  readonly concurrency?: number | undefined;
  readonly responseTypes: readonly FunctionResponseType[];
  readonly modified: Date;
}

export const mappingSchema = Collection.schema('lambda_mapping');

/** Event source mappings as rows. Writing methods are for use inside a transaction. */
export class MappingStore {
  readonly #mappings: Collection<Mapping>;

  constructor(database: Database) {
    this.#mappings = new Collection(database, 'lambda_mapping');
  }

  get(scope: Scope, uuid: string): Mapping | undefined {
    return this.#mappings.get(scope, uuid);
  }

  put(scope: Scope, mapping: Mapping): void {
    this.#mappings.put(scope, mapping.uuid, mapping);
  }

  delete(scope: Scope, uuid: string): void {
    this.#mappings.delete(scope, uuid);
  }

  list(scope: Scope): Mapping[] {
    return this.#mappings.list(scope, { order: 'oldest' }).map(({ document }) => document);
  }

  everywhere(): { scope: Scope; document: Mapping }[] {
    return this.#mappings.everywhere();
  }
}
