import { Collection, type Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';
import type { ChosenMachine } from './machine-store.ts';

/** What an execution was started through, beyond its machine. */
export interface Origin {
  readonly stateMachineVersionArn?: string | undefined;
  readonly stateMachineAliasArn?: string | undefined;
  readonly traceHeader?: string | undefined;
}

export const originSchema = Collection.schema('states_origin');

/** Origins of executions that have one: most are started by their machine's plain ARN. */
export function originsOf(database: Database) {
  const origins = new Collection<Origin>(database, 'states_origin');
  return {
    get: (scope: Scope, executionArn: string): Origin => origins.get(scope, executionArn) ?? {},
    /** Inside a transaction. */
    put(
      scope: Scope,
      executionArn: string,
      { versionArn, aliasArn }: ChosenMachine,
      traceHeader: string | undefined,
    ): void {
      if (versionArn === undefined && traceHeader === undefined) return;
      origins.put(scope, executionArn, {
        stateMachineVersionArn: versionArn,
        stateMachineAliasArn: aliasArn,
        traceHeader,
      });
    },
  };
}
