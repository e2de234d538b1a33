import { walkGraph } from '../graph.ts';
import type { StackOutput, StackResource } from '../state/stack.ts';
import { bringAbout } from './bring-about.ts';
import { importedNames, protectImports } from './imports.ts';
import { evaluateOutputs } from './outputs.ts';
import { refuseRemovals } from './policy-check.ts';
import type { Run } from './run.ts';
import { endsRun, isFailed } from './step-outcome.ts';

/** Resources worked on at the same time. */
export const WIDTH = 16;

/** Brings all resources of the template about, in the order of their dependencies. */
export async function goForward(run: Run): Promise<void> {
  const isBegun = (row: StackResource | undefined) =>
    row?.operationId === run.operation.id && row.status.endsWith('_IN_PROGRESS');
  await protectImports(run);
  await refuseRemovals(run);
  await walkGraph(run.blueprint.graph, (logicalId) => bringAbout(run, logicalId), {
    width: WIDTH,
    // What was under way when the runtime stopped is finished even where another has failed since.
    mayBegin: (logicalId) => isBegun(run.resource(logicalId)) || !isOver(run),
  });
  if (isOver(run)) {
    await giveUp(run, failedResources(run) || (run.operation.cancelled ?? ''));
    return;
  }
  let outputs: StackOutput[];
  try {
    outputs = evaluateOutputs(run);
  } catch (error) {
    if (endsRun(run, error)) throw error;
    await giveUp(run, `${(error as Error).message}. `);
    return;
  }
  await run.write(() => succeed(run, outputs));
}

/** Whether nothing more is to be begun: the user or the clock says so, or a resource has failed. */
function isOver(run: Run): boolean {
  if (run.operation.cancelled !== undefined) return true;
  return run.resources().some((row) => row.operationId === run.operation.id && isFailed(row));
}

function failedResources(run: Run): string {
  const failed = (status: string, verb: string) => {
    const names = run
      .resources()
      .filter((row) => row.operationId === run.operation.id && row.status === status)
      .map(({ logicalId }) => logicalId);
    return names.length > 0 ? `The following resource(s) failed to ${verb}: [${names.join(', ')}]. ` : '';
  };
  return failed('CREATE_FAILED', 'create') + failed('UPDATE_FAILED', 'update');
}

/** What has been done is undone, or left as it is where the caller wants that. */
async function giveUp(run: Run, reason: string): Promise<void> {
  const { onFailure, type } = run.operation;
  const { stable } = run.stack;
  await run.write(() => {
    if (type === 'CREATE_STACK') {
      if (onFailure === 'ROLLBACK') {
        run.setStatus('ROLLBACK_IN_PROGRESS', `${reason}Rollback requested by user.`);
      } else if (onFailure === 'DELETE') {
        run.setStatus('DELETE_IN_PROGRESS', `${reason}Delete requested by user.`);
      } else {
        run.setStatus('CREATE_FAILED', reason);
        run.end();
      }
    } else if (onFailure === 'DO_NOTHING') {
      run.setStatus('UPDATE_FAILED', reason);
      run.end();
    } else {
      run.setStatus('UPDATE_ROLLBACK_IN_PROGRESS', reason, { target: stable });
    }
  });
}

/** Inside a transaction: the template is what there is now. */
function succeed(run: Run, outputs: readonly StackOutput[]): void {
  const { target, id, name } = run.stack;
  const exported = outputs.flatMap(({ value, exportName }) =>
    exportName === undefined ? [] : [{ name: exportName, value, stackId: id, stackName: name }],
  );
  run.stacks.exports.setExports(run.stack, id, exported);
  run.stacks.exports.setImports(run.stack, run.stack, importedNames(run));
  const kept = new Set(Object.keys(run.blueprint.resources));
  for (const row of run.resources()) settleRow(run, row, kept.has(row.logicalId));
  if (run.operation.type === 'CREATE_STACK') {
    run.setStatus('CREATE_COMPLETE', undefined, { outputs, stable: target });
    run.end();
  } else {
    run.setStatus('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', undefined, { outputs, stable: target });
  }
}

function settleRow(run: Run, row: StackResource, kept: boolean): void {
  const hasEnded = row.status === 'DELETE_COMPLETE' && !kept;
  if (hasEnded) run.forgetResource(row);
  else if (!kept) run.setResource({ ...row, removed: true, before: undefined, attempted: undefined });
  else if (row.before || row.attempted) run.setResource({ ...row, before: undefined, attempted: undefined });
}
