import { Collection, type Listed, type Page, type Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';
import type { Migration } from '../../store/migrations.ts';
import { Exports } from './exports.ts';
import type { Operation, Stack, StackEvent, StackResource } from './stack.ts';
import { Templates } from './templates.ts';

/**
 * Stacks with their resources, events and operations, as rows. What is being done to a stack can be
 * taken up again from them alone. Writing methods are for use inside a transaction.
 */
export class Stacks {
  readonly templates: Templates;
  readonly exports: Exports;
  readonly #stacks: Collection<Stack>;
  readonly #resources: Collection<StackResource>;
  readonly #events: Collection<StackEvent>;
  readonly #operations: Collection<Operation>;

  static readonly schema: readonly Migration[] = [
    Collection.schema('cloudformation_stack', ['name TEXT NOT NULL', 'live INTEGER NOT NULL']),
    Collection.schema('cloudformation_resource', ['stack TEXT NOT NULL']),
    Collection.schema('cloudformation_event', ['stack TEXT NOT NULL']),
    Collection.schema('cloudformation_operation', ['stack TEXT NOT NULL']),
    Templates.schema,
    Exports.schema,
  ];

  constructor(database: Database) {
    this.templates = new Templates(database);
    this.exports = new Exports(database);
    this.#stacks = new Collection(database, 'cloudformation_stack', {
      name: ({ name }) => name,
      live: ({ status }) => (status === 'DELETE_COMPLETE' ? 0 : 1),
    });
    this.#resources = new Collection(database, 'cloudformation_resource', {
      stack: ({ stackId }) => stackId,
    });
    this.#events = new Collection(database, 'cloudformation_event', { stack: ({ stackId }) => stackId });
    this.#operations = new Collection(database, 'cloudformation_operation', {
      stack: ({ stackId }) => stackId,
    });
  }

  /** A stack by its id, deleted ones included. */
  byId(id: string): Stack | undefined {
    return this.#stacks.get(scopeOfArn(id), id);
  }

  /** The stack that has the name now. */
  byName(scope: Scope, name: string): Stack | undefined {
    return this.#stacks.list(scope, { where: { name, live: 1 }, limit: 1 })[0]?.document;
  }

  /** Stacks that had a name and are deleted, the last one first. */
  deletedByName(scope: Scope, name: string): Stack[] {
    return this.#stacks
      .list(scope, { where: { name, live: 0 }, order: 'newest' })
      .map(({ document }) => document);
  }

  list(scope: Scope, page: Page): Listed<Stack>[] {
    return this.#stacks.list(scope, page);
  }

  insert(stack: Stack): void {
    this.#stacks.insert(stack, stack.id, stack);
  }

  update(stack: Stack): void {
    this.#stacks.update(stack, stack.id, stack);
  }

  /** A stack's resources, by logical id. */
  resources({ id }: Stack): StackResource[] {
    return this.#resources.list(scopeOfArn(id), { where: { stack: id } }).map(({ document }) => document);
  }

  resource({ id }: Stack, logicalId: string): StackResource | undefined {
    return this.#resources.get(scopeOfArn(id), resourceKey(id, logicalId));
  }

  putResource(resource: StackResource): void {
    const { stackId, logicalId } = resource;
    this.#resources.put(scopeOfArn(stackId), resourceKey(stackId, logicalId), resource);
  }

  deleteResource({ stackId, logicalId }: StackResource): void {
    this.#resources.delete(scopeOfArn(stackId), resourceKey(stackId, logicalId));
  }

  /** All resources of a scope, for those who know a physical id only. */
  resourcesOf(scope: Scope): StackResource[] {
    return this.#resources.list(scope).map(({ document }) => document);
  }

  addEvent(event: StackEvent): void {
    this.#events.insert(scopeOfArn(event.stackId), event.id, event);
  }

  /** Events of a stack, the newest first. */
  events({ id }: Stack, page: Page = {}): Listed<StackEvent>[] {
    return this.#events.list(scopeOfArn(id), { ...page, where: { stack: id }, order: 'newest' });
  }

  operation(id: string, { id: stackId }: Stack): Operation | undefined {
    return this.#operations.get(scopeOfArn(stackId), id);
  }

  operations({ id }: Stack): Operation[] {
    return this.#operations
      .list(scopeOfArn(id), { where: { stack: id }, order: 'newest' })
      .map(({ document }) => document);
  }

  putOperation(operation: Operation): void {
    this.#operations.put(scopeOfArn(operation.stackId), operation.id, operation);
  }

  /** Every template that some stack names. */
  templatesInUse(): Set<string> {
    const stacks = this.#stacks.everywhere().map(({ document }) => document);
    return new Set(stacks.flatMap(({ target, stable }) => [target?.template ?? '', stable?.template ?? '']));
  }
}

function resourceKey(stackId: string, logicalId: string): string {
  return `${stackId}/${logicalId}`;
}

/** Whose a stack is, from its id `arn:aws:cloudformation:<region>:<account>:stack/<name>/<uuid>`. */
export function scopeOfArn(arn: string): Scope {
  const [, , , region = '', account = ''] = arn.split(':');
  return { account, region };
}
