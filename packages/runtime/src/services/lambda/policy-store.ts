import { Collection, type Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';

/** A statement of a resource policy, in the order in which Lambda writes its members. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: '*' | { readonly Service: string } | { readonly AWS: string };
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface Policy {
  readonly Statements: readonly PolicyStatement[];
  readonly RevisionId: string;
}

export const policySchema = Collection.schema('lambda_policy');

/**
 * Resource policies of functions, versions, aliases and layer versions. Writing methods are for use
 * inside a transaction.
 */
export class PolicyStore {
  readonly #policies: Collection<Policy>;

  constructor(database: Database) {
    this.#policies = new Collection(database, 'lambda_policy');
  }

  /** @param id - `name`, `name:qualifier`, or `layer/name:version` */
  statements(scope: Scope, id: string): readonly PolicyStatement[] {
    return this.#policies.get(scope, id)?.Statements ?? [];
  }

  /** Changes with every writing; functions have a revision of their own and do not need it. */
  revision(scope: Scope, id: string): string | undefined {
    return this.#policies.get(scope, id)?.RevisionId;
  }

  write(scope: Scope, id: string, statements: readonly PolicyStatement[], revision: string): void {
    if (statements.length === 0) this.delete(scope, id);
    else this.#policies.put(scope, id, { Statements: statements, RevisionId: revision });
  }

  delete(scope: Scope, id: string): void {
    this.#policies.delete(scope, id);
  }

  /** Removes the policies of a function with all its versions and aliases. */
  forget(scope: Scope, name: string): void {
    this.#policies.delete(scope, name);
    for (const { id } of this.#policies.list(scope, { prefix: `${name}:` })) this.#policies.delete(scope, id);
  }
}

/** The policy as JSON text. */
export function policyDocument(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: statements });
}
