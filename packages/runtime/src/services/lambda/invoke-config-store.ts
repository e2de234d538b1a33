import type { FunctionEventInvokeConfig } from '@aws-sdk/client-lambda';
import { Collection, type Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';
import { LATEST } from './names.ts';

/** How asynchronous invocations of a version or alias are retried and where their results go. */
export type InvokeConfig = Required<Pick<FunctionEventInvokeConfig, 'LastModified' | 'DestinationConfig'>> &
  Pick<FunctionEventInvokeConfig, 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds'>;

export const invokeConfigSchema = Collection.schema('lambda_invoke_config');

/** Event invoke configurations as rows. Writing methods are for use inside a transaction. */
export class InvokeConfigStore {
  readonly #configs: Collection<InvokeConfig>;

  constructor(database: Database) {
    this.#configs = new Collection(database, 'lambda_invoke_config');
  }

  get(scope: Scope, name: string, qualifier: string = LATEST): InvokeConfig | undefined {
    return this.#configs.get(scope, `${name}:${qualifier}`);
  }

  put(scope: Scope, name: string, qualifier: string, config: InvokeConfig): void {
    this.#configs.put(scope, `${name}:${qualifier}`, config);
  }

  /** @returns whether there was one */
  delete(scope: Scope, name: string, qualifier: string = LATEST): boolean {
    return this.#configs.delete(scope, `${name}:${qualifier}`);
  }

  of(scope: Scope, name: string): { qualifier: string; config: InvokeConfig }[] {
    return this.#configs
      .list(scope, { prefix: `${name}:` })
      .map(({ id, document }) => ({ qualifier: id.slice(name.length + 1), config: document }));
  }

  forget(scope: Scope, name: string): void {
    for (const { qualifier } of this.of(scope, name)) this.delete(scope, name, qualifier);
  }
}
