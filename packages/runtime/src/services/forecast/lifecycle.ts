import type { Host } from '../../dispatch/host.ts';
import type { Scope } from '../../store/collection.ts';
import { inUse } from './errors.ts';
import { placeStateEvent } from './events.ts';
import { KIND_NAMES, type Resource } from './resource.ts';
import type { Resources } from './resources-table.ts';

/** What the operations and jobs of the service share. */
export interface Parts {
  readonly host: Host;
  readonly resources: Resources;
}

const UNDER_WAY = new Set(['CREATE_PENDING', 'CREATE_IN_PROGRESS', 'CREATE_STOPPING']);

/** Whether a resource's process is still to start, runs, or is being stopped. */
export function isUnderWay({ status }: Pick<Resource, 'status'>): boolean {
  return UNDER_WAY.has(status);
}

export function isBeingDeleted({ status }: Pick<Resource, 'status'>): boolean {
  return status === 'DELETE_PENDING' || status === 'DELETE_IN_PROGRESS';
}

/** @throws ResourceInUseException */
export function requireActive({ kind, arn, status }: Resource): void {
  if (status === 'ACTIVE') return;
  throw inUse(`The ${KIND_NAMES[kind]} ${arn} has the status ${status}; it has to be ACTIVE.`);
}

/**
 * CreationTime and LastModificationTime as Describe and List tell them: while work is under way the
 * resource is modified all the time, so the latter is the time of the call.
 */
export function times(
  { status, created, modified }: Pick<Resource, 'status' | 'created' | 'modified'>,
  now: Date,
) {
  const changing = status === 'CREATE_IN_PROGRESS' || status === 'CREATE_STOPPING';
  return { CreationTime: created, LastModificationTime: changing ? now : modified };
}

/** Inside a transaction: replaces a resource, and tells those who wait and EventBridge if its status changed. */
export function change<R extends Resource>(
  { host, resources }: Parts,
  scope: Scope,
  before: R,
  changes: Partial<R>,
): R {
  const after = { ...before, ...changes };
  resources.update(scope, after);
  if (after.status !== before.status) {
    announce(host, before.arn);
    placeStateEvent(host, scope, after);
  }
  return after;
}

/** Inside a transaction: says that whoever waits for this resource should look again. */
export function announce(host: Host, arn: string): void {
  host.database.afterCommit(() => host.signals.changed(arn));
}
