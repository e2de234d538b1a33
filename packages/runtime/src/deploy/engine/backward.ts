import { type Graph, walkGraph } from '../graph.ts';
import type { Embodiment, StackResource } from '../state/stack.ts';
import { failureReason } from './failure-reason.ts';
import { WIDTH } from './forward.ts';
import { importedNames } from './imports.ts';
import type { Run } from './run.ts';
import { updateStep } from './update-step.ts';

/** Undoes an update: every resource that it touched is again what it was. What it created goes afterwards. */
export async function goBack(run: Run): Promise<void> {
  const touched = run.resources().filter(({ before }) => before !== undefined);
  const graph: Graph = new Map(
    touched.map(({ logicalId, before }) => [logicalId, new Set(before?.dependsOn)]),
  );
  const failed: string[] = [];
  await walkGraph(
    graph,
    async (logicalId) => {
      const done = await restore(run, run.resource(logicalId)!);
      if (!done) failed.push(logicalId);
      return true;
    },
    { width: WIDTH, mayBegin: () => true },
  );
  await run.write(() => {
    if (failed.length > 0) {
      const reason = `The following resource(s) failed to update: [${failed.sort().join(', ')}]. `;
      run.setStatus('UPDATE_ROLLBACK_FAILED', reason);
      run.end();
      return;
    }
    run.stacks.exports.setImports(run.stack, run.stack, importedNames(run));
    run.setStatus('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  });
}

async function restore(run: Run, row: StackResource): Promise<boolean> {
  const { before, current } = row;
  if (!before) return true;
  const { dependsOn, metadata, onRemoval, embodiment } = before;
  if (!embodiment) {
    await run.write(() =>
      run.setResource({ ...row, before: undefined, attempted: undefined, removed: true }),
    );
    return true;
  }
  const definition = { dependsOn, metadata, onRemoval, before: undefined, attempted: undefined };
  if (run.operation.skip.includes(row.logicalId)) {
    await run.write(() => run.setResource({ ...row, ...definition, status: 'UPDATE_COMPLETE' }, {}));
    return true;
  }
  if (current && current.physicalId !== embodiment.physicalId) {
    await run.write(() => putBack(run, { ...row, ...definition }, current, embodiment));
    return true;
  }
  const present = row.attempted ?? current?.properties;
  if (JSON.stringify(present) === JSON.stringify(embodiment.properties)) {
    const wasTouched = row.status !== 'CREATE_COMPLETE';
    await run.write(() =>
      run.setResource(
        { ...row, ...definition, status: wasTouched ? 'UPDATE_COMPLETE' : row.status },
        wasTouched ? {} : undefined,
      ),
    );
    return true;
  }
  return await undoUpdate(run, row, embodiment);
}

/** The replaced embodiment is the present one again, and what took its place is discarded. */
function putBack(run: Run, row: StackResource, current: Embodiment, old: Embodiment): void {
  const others = row.discarded.filter(({ embodiment }) => embodiment.physicalId !== old.physicalId);
  run.setResource(
    {
      ...row,
      status: 'UPDATE_COMPLETE',
      current: old,
      discarded: [...others, { embodiment: current, retain: false }],
    },
    {},
  );
}

async function undoUpdate(run: Run, row: StackResource, embodiment: Embodiment): Promise<boolean> {
  const provider = run.findProvider(row.type);
  const { dependsOn, metadata, onRemoval } = row.before!;
  if (!provider) {
    const reason = failureReason(new Error(`Nobody provides ${row.type} any more.`), row.operationId);
    await run.write(() => run.setResource({ ...row, status: 'UPDATE_FAILED' }, { reason }));
    return false;
  }
  return await updateStep(run, {
    row,
    provider,
    current: row.current ?? embodiment,
    wanted: { properties: embodiment.properties, dependsOn, metadata, onRemoval, keepReplaced: false },
    previous: row.attempted ?? row.current?.properties ?? embodiment.properties,
    action: 'back',
  });
}
