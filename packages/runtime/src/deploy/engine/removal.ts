import { type Graph, reversed, walkGraph } from '../graph.ts';
import type { StackResource } from '../state/stack.ts';
import { deleteStep } from './delete-step.ts';
import { WIDTH } from './forward.ts';
import type { Run } from './run.ts';

/** After an update or its rollback: what was replaced and what the template does not have any more goes. */
export async function cleanUp(run: Run): Promise<void> {
  await walkDeletion(run.resources().filter(needsCleaning), async (logicalId) => {
    await cleanResource(run, logicalId);
    return true;
  });
  const { status } = run.stack;
  await run.write(() => {
    run.setStatus(
      status === 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' ? 'UPDATE_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE',
    );
    run.end();
  });
}

function needsCleaning({ discarded, removed }: StackResource): boolean {
  return discarded.length > 0 || removed === true;
}

/** A failure here does not fail the stack; what could not be deleted is not the stack's any more, as on AWS. */
async function cleanResource(run: Run, logicalId: string): Promise<void> {
  for (;;) {
    const row = run.resource(logicalId);
    const discarded = row?.discarded[0];
    if (!row || !discarded) break;
    await deleteStep(run, {
      row,
      ...discarded,
      begin: () =>
        run.setResource({ ...row, discarded: [{ ...discarded, begun: true }, ...row.discarded.slice(1)] }),
      settle: (outcome) => {
        run.setResource({ ...row, discarded: row.discarded.slice(1) });
        if (outcome === 'failed') run.changeStack({ incarnation: run.stack.incarnation + 1 });
      },
    });
  }
  const row = run.resource(logicalId);
  if (!row?.removed) return;
  if (!row.current) {
    await run.write(() => run.forgetResource(row));
    return;
  }
  const undoing = run.stack.status === 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS';
  await deleteStep(run, {
    row,
    embodiment: row.current,
    retain: isRetained(run, row, undoing),
    begun: isBegun(run, row),
    begin: () => run.setResource({ ...row, status: 'DELETE_IN_PROGRESS' }),
    settle: (outcome) => {
      run.forgetResource(row);
      if (outcome === 'failed') run.changeStack({ incarnation: run.stack.incarnation + 1 });
    },
  });
}

/** Undoes a creation: everything that was made goes. */
export async function undoCreation(run: Run): Promise<void> {
  const failed = await deleteAll(run, true);
  await run.write(() => {
    if (failed.length > 0) run.setStatus('ROLLBACK_FAILED', failedToDelete(failed));
    else run.setStatus('ROLLBACK_COMPLETE');
    run.end();
  });
}

/** Deletes the stack, unless others use what it exports. */
export async function deleteStack(run: Run): Promise<void> {
  const refusal = exportInUse(run);
  if (refusal !== undefined) {
    await run.write(() => {
      run.setStatus(run.operation.statusBefore ?? 'CREATE_COMPLETE', refusal);
      run.end();
    });
    return;
  }
  const creating = run.operation.type === 'CREATE_STACK';
  const failed = await deleteAll(run, creating);
  await run.write(() => {
    if (failed.length > 0) {
      run.setStatus('DELETE_FAILED', failedToDelete(failed));
    } else {
      run.stacks.exports.setExports(run.stack, run.stack.id, []);
      run.stacks.exports.setImports(run.stack, run.stack, []);
      run.setStatus('DELETE_COMPLETE', undefined, { deleted: run.now(), outputs: [] });
    }
    run.end();
  });
}

function exportInUse(run: Run): string | undefined {
  const { exports } = run.stacks;
  for (const { name } of exports.ofStack(run.stack, run.stack.id)) {
    const users = exports.importers(run.stack, name);
    if (users.length > 0) {
      return `Delete canceled. Cannot delete export ${name} as it is in use by ${users.join(' and ')}.`;
    }
  }
  return undefined;
}

async function deleteAll(run: Run, undoing: boolean): Promise<string[]> {
  const present = run
    .resources()
    .filter(({ status }) => status !== 'DELETE_COMPLETE' && status !== 'DELETE_SKIPPED');
  const failed: string[] = [];
  await walkDeletion(present, async (logicalId) => {
    const done = await deleteResource(run, logicalId, undoing);
    if (!done) failed.push(logicalId);
    return done;
  });
  return failed.sort();
}

async function deleteResource(run: Run, logicalId: string, undoing: boolean): Promise<boolean> {
  for (;;) {
    const row = run.resource(logicalId)!;
    const discarded = row.discarded[0];
    if (!discarded) break;
    await deleteStep(run, {
      row,
      ...discarded,
      begin: () =>
        run.setResource({ ...row, discarded: [{ ...discarded, begun: true }, ...row.discarded.slice(1)] }),
      settle: () => run.setResource({ ...row, discarded: row.discarded.slice(1) }),
    });
  }
  const row = run.resource(logicalId)!;
  if (!row.current) {
    await run.write(() => run.setResource({ ...row, status: 'DELETE_COMPLETE' }));
    return true;
  }
  const deleted = await deleteStep(run, {
    row,
    embodiment: row.current,
    retain: isRetained(run, row, undoing),
    begun: isBegun(run, row),
    begin: () => run.setResource({ ...row, status: 'DELETE_IN_PROGRESS' }),
    settle: (outcome, reason) =>
      run.setResource({
        ...row,
        status:
          outcome === 'deleted'
            ? 'DELETE_COMPLETE'
            : outcome === 'retained'
              ? 'DELETE_SKIPPED'
              : 'DELETE_FAILED',
        statusReason: reason,
        current: outcome === 'failed' ? row.current : undefined,
      }),
  });
  if (deleted || !run.operation.force) return deleted;
  const left = run.resource(logicalId)!;
  await run.write(() => run.setResource({ ...left, status: 'DELETE_SKIPPED', current: undefined }, {}));
  return true;
}

function isBegun(run: Run, { operationId, status }: StackResource): boolean {
  return operationId === run.operation.id && status === 'DELETE_IN_PROGRESS';
}

function isRetained(run: Run, { onRemoval, logicalId }: StackResource, undoing: boolean): boolean {
  if (run.operation.retain.includes(logicalId)) return true;
  if (onRemoval === 'delete') return false;
  const onlyIfOld = onRemoval === 'retain-unless-new' || run.stack.retainExceptOnCreate === true;
  return !(undoing && onlyIfOld);
}

/** Deletes in the reverse order of dependencies; what others still need stays when their deletion failed. */
async function walkDeletion(
  rows: readonly StackResource[],
  work: (logicalId: string) => Promise<boolean>,
): Promise<void> {
  const graph: Graph = new Map(rows.map(({ logicalId, dependsOn }) => [logicalId, new Set(dependsOn)]));
  await walkGraph(reversed(graph), work, { width: WIDTH, mayBegin: () => true });
}

function failedToDelete(names: readonly string[]): string {
  return `The following resource(s) failed to delete: [${names.join(', ')}]. `;
}
