import { Collection, type Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';

/** A value that a stack offers to others under a name. */
export interface Export {
  readonly name: string;
  readonly value: string;
  readonly stackId: string;
  readonly stackName: string;
}

interface Import {
  readonly name: string;
  readonly stackId: string;
  readonly stackName: string;
}

/**
 * Exports of stacks, unique by name in an account and region, and who imports them. Writing methods are
 * for use inside a transaction.
 */
export class Exports {
  readonly #exports: Collection<Export>;
  readonly #imports: Collection<Import>;

  static readonly schema = [
    Collection.schema('cloudformation_export', ['stack TEXT NOT NULL']),
    Collection.schema('cloudformation_import', ['name TEXT NOT NULL', 'stack TEXT NOT NULL']),
  ].join('\n');

  constructor(database: Database) {
    this.#exports = new Collection(database, 'cloudformation_export', { stack: ({ stackId }) => stackId });
    this.#imports = new Collection(database, 'cloudformation_import', {
      name: ({ name }) => name,
      stack: ({ stackId }) => stackId,
    });
  }

  get(scope: Scope, name: string): Export | undefined {
    return this.#exports.get(scope, name);
  }

  list(scope: Scope, page: { limit?: number; after?: string | undefined } = {}): Export[] {
    return this.#exports.list(scope, page).map(({ document }) => document);
  }

  ofStack(scope: Scope, stackId: string): Export[] {
    return this.#exports.list(scope, { where: { stack: stackId } }).map(({ document }) => document);
  }

  /** Names of the stacks that import an export. */
  importers(scope: Scope, name: string): string[] {
    return this.#imports.list(scope, { where: { name } }).map(({ document }) => document.stackName);
  }

  /** Replaces what a stack exports. */
  setExports(scope: Scope, stackId: string, exports: readonly Export[]): void {
    for (const { name } of this.ofStack(scope, stackId)) this.#exports.delete(scope, name);
    for (const exported of exports) this.#exports.put(scope, exported.name, exported);
  }

  /** Replaces what a stack imports. */
  setImports(scope: Scope, stack: { id: string; name: string }, names: Iterable<string>): void {
    for (const { id } of this.#imports.list(scope, { where: { stack: stack.id } }))
      this.#imports.delete(scope, id);
    this.addImports(scope, stack, names);
  }

  addImports(scope: Scope, stack: { id: string; name: string }, names: Iterable<string>): void {
    for (const name of names) {
      this.#imports.put(scope, `${name}|${stack.id}`, { name, stackId: stack.id, stackName: stack.name });
    }
  }
}
