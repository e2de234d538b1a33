import type { Change, ChangeSetStatus, ExecutionStatus } from '@aws-sdk/client-cloudformation';
import { Collection, type Listed, type Page } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';
import type { Stack, StackTarget } from './stack.ts';
import { scopeOfArn } from './stacks.ts';

/** What would change if a template were deployed, and the means to do it. */
export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly type: 'CREATE' | 'UPDATE';
  readonly description?: string | undefined;
  readonly created: Date;
  readonly status: ChangeSetStatus;
  readonly statusReason?: string | undefined;
  readonly executionStatus: ExecutionStatus;
  readonly target: StackTarget;
  /** As DescribeChangeSet answers them with property values. */
  readonly changes: readonly Change[];
  readonly roleArn?: string | undefined;
  readonly onFailure?: 'ROLLBACK' | 'DELETE' | 'DO_NOTHING' | undefined;
  readonly clientToken?: string | undefined;
  readonly includeNestedStacks: boolean;
}

/** Change sets, as rows. Writing methods are for use inside a transaction. */
export class ChangeSets {
  readonly #rows: Collection<ChangeSet>;

  static readonly schema = Collection.schema('cloudformation_change_set', ['stack TEXT NOT NULL']);

  constructor(database: Database) {
    this.#rows = new Collection(database, 'cloudformation_change_set', { stack: ({ stackId }) => stackId });
  }

  byId(id: string): ChangeSet | undefined {
    return this.#rows.get(scopeOfArn(id), id);
  }

  byName(stack: Stack, name: string): ChangeSet | undefined {
    return this.list(stack).find(({ document }) => document.name === name)?.document;
  }

  /** Change sets of a stack, the oldest first. */
  list(stack: Stack, page: Page = {}): Listed<ChangeSet>[] {
    return this.#rows.list(stack, { ...page, where: { stack: stack.id }, order: 'oldest' });
  }

  put(changeSet: ChangeSet): void {
    this.#rows.put(scopeOfArn(changeSet.id), changeSet.id, changeSet);
  }

  delete(changeSet: ChangeSet): void {
    this.#rows.delete(scopeOfArn(changeSet.id), changeSet.id);
  }

  templatesInUse(): Set<string> {
    return new Set(this.#rows.everywhere().map(({ document }) => document.target.template));
  }
}
