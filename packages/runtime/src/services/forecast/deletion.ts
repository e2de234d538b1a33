import type { Forecast } from '@aws-sdk/client-forecast';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Scope } from '../../store/collection.ts';
import type { OrderHandler } from '../../store/orders.ts';
import { inUse, notFound } from './errors.ts';
import { removeFiles } from './jobs/job-files.ts';
import { announce, change, isBeingDeleted, isUnderWay, type Parts } from './lifecycle.ts';
import { isJob, KIND_NAMES, type Kind, type Resource } from './resource.ts';

export const DELETION_ORDER = 'forecast.delete';

interface DeletionOrder extends Scope {
  /** In the order in which they go: what was made from a resource before the resource. */
  readonly arns: readonly string[];
}

/** How often removing is tried again. */
const LAST_ATTEMPT = 3;

/** DeleteResourceTree: a resource and everything that was made from it. */
export function resourceTreeOperations(parts: Parts) {
  return {
    DeleteResourceTree({ ResourceArn }, context) {
      return context.transaction(() => {
        const root = parts.resources.find(context, ResourceArn);
        if (!root) throw notFound(ResourceArn);
        place(parts, context, tree(parts, context, root));
        return {};
      });
    },
  } satisfies Operations<Forecast>;
}

/**
 * Begins to delete one resource; a repetition while it is being deleted changes nothing. Files that were
 * exported to S3 stay.
 *
 * @throws ResourceNotFoundException; ResourceInUseException when it is under way or others hang on it
 */
export function beginDeletion(parts: Parts, context: CallContext, kind: Kind, arn: string): Promise<object> {
  return context.transaction(() => {
    const resource = parts.resources.get(context, kind, arn);
    const children = parts.resources.children(context, arn);
    if (children.length > 0 && !isBeingDeleted(resource)) {
      const [first] = children;
      throw inUse(
        `The ${KIND_NAMES[kind]} ${arn} cannot be deleted while others are there that were made from it, ` +
          `such as ${first?.arn}. Delete them first, or use DeleteResourceTree.`,
      );
    }
    place(parts, context, [resource]);
    return {};
  });
}

/** A resource and all that was made from it, leaves first. */
function tree(parts: Parts, scope: Scope, resource: Resource): Resource[] {
  const below = parts.resources.children(scope, resource.arn).flatMap((child) => tree(parts, scope, child));
  return [...below, resource];
}

function place(parts: Parts, context: CallContext, leavesFirst: readonly Resource[]): void {
  const doomed = leavesFirst.filter((resource) => !isBeingDeleted(resource));
  const busy = doomed.find(isUnderWay);
  if (busy) {
    throw inUse(
      `The ${KIND_NAMES[busy.kind]} ${busy.arn} has the status ${busy.status}; it can be deleted when that is over, ` +
        'or after StopResource.',
    );
  }
  if (doomed.length === 0) return;
  for (const resource of doomed) {
    change<Resource>(parts, context, resource, { status: 'DELETE_PENDING', modified: context.now });
  }
  const order: DeletionOrder = {
    account: context.account,
    region: context.region,
    arns: leavesFirst.map(({ arn }) => arn),
  };
  parts.host.orders.place(DELETION_ORDER, order);
}

/** Removes resources with their files. What cannot be removed is DELETE_FAILED, to be deleted again. */
export function deletionOrder(
  parts: Parts,
  closeQueries: (files: string) => void,
): OrderHandler<DeletionOrder> {
  const { host, resources } = parts;
  const begin = (scope: Scope, arn: string): Resource | undefined => {
    const resource = resources.find(scope, arn);
    if (!resource || !isBeingDeleted(resource)) return undefined;
    const modified = new Date(host.clock.now());
    return change<Resource>(parts, scope, resource, { status: 'DELETE_IN_PROGRESS', modified });
  };
  const remove = async (scope: Scope, arn: string) => {
    const resource = await host.database.transaction(() => begin(scope, arn));
    if (!resource) return;
    if (isJob(resource)) {
      if (resource.files) closeQueries(resource.files);
      await removeFiles(host, resource);
    }
    await host.database.transaction(() => {
      resources.remove(scope, arn);
      announce(host, arn);
    });
  };
  const giveUp = (scope: Scope, arns: readonly string[], message: string) => {
    for (const arn of arns) {
      const resource = resources.find(scope, arn);
      if (!resource) continue;
      const modified = new Date(host.clock.now());
      change<Resource>(parts, scope, resource, { status: 'DELETE_FAILED', modified, message });
    }
  };
  return async ({ account, region, arns }, { attempt }) => {
    const scope = { account, region };
    try {
      for (const arn of arns) await remove(scope, arn);
    } catch (error) {
      if (attempt < LAST_ATTEMPT) throw error;
      const message = `Its files could not be removed: ${(error as Error).message}`;
      await host.database.transaction(() => giveUp(scope, arns, message));
    }
  };
}
