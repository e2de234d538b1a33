import type { ResourceProvider } from '../../dispatch/resource-provider.ts';
import type { StackResource } from '../state/stack.ts';
import { createStep } from './create-step.ts';
import { StepFailure } from './failure-reason.ts';
import { liveSurroundings } from './live-surroundings.ts';
import { refusedByPolicy } from './policy-check.ts';
import { compareResource, isChange } from './resource-change.ts';
import type { Run } from './run.ts';
import { beforeOf, endsRun, isDone, isFailed } from './step-outcome.ts';
import { updateStep } from './update-step.ts';
import { createEvaluation, type Wanted, wantedResource } from './wanted.ts';

/**
 * Makes one resource what the template wants: creates, updates or replaces it, or leaves it as it is.
 *
 * @returns false when that failed, which its row then says
 * @throws only what ends the run: the runtime stops, or the store fails
 */
export async function bringAbout(run: Run, logicalId: string): Promise<boolean> {
  const row = run.resource(logicalId);
  if (row && row.operationId === run.operation.id) {
    if (isDone(row)) return true;
    if (isFailed(row)) return false;
  }
  const provider = run.findProvider(run.blueprint.resources[logicalId]!.Type);
  let wanted: Wanted;
  try {
    if (!provider)
      throw new StepFailure(`Nobody provides ${run.blueprint.resources[logicalId]!.Type} any more.`);
    wanted = evaluate(run, logicalId, provider);
  } catch (error) {
    return await failBeforeStart(run, logicalId, row, error);
  }
  const current = row?.current;
  if (!row || !current) {
    return await createStep(run, { logicalId, wanted, provider, row, generation: nextGeneration(row) });
  }
  const change = compareResource(row, wanted, provider);
  if (!isChange(change)) {
    await noteDefinition(run, row, wanted);
    return true;
  }
  const refusal = refusedByPolicy(
    run,
    row,
    change.replacement === 'never' ? 'Update:Modify' : 'Update:Replace',
  );
  if (refusal !== undefined) return await failBeforeStart(run, logicalId, row, new StepFailure(refusal));
  if (change.replacement !== 'never') {
    return await createStep(run, { logicalId, wanted, provider, row, generation: nextGeneration(row) });
  }
  const previous =
    row.status === 'UPDATE_FAILED' ? (row.attempted ?? current.properties) : current.properties;
  return await updateStep(run, { wanted, provider, row, current, previous, action: 'update' });
}

function evaluate(run: Run, logicalId: string, provider: ResourceProvider): Wanted {
  const evaluation = createEvaluation(run.blueprint, liveSurroundings(run));
  const { target } = run.stack;
  return wantedResource(run.blueprint, evaluation, logicalId, provider, target?.tags ?? []);
}

/** What the row remembers of the template may change although the resource does not. */
async function noteDefinition(run: Run, row: StackResource, wanted: Wanted): Promise<void> {
  const { dependsOn, metadata, onRemoval } = wanted;
  const same = JSON.stringify([row.dependsOn, row.metadata, row.onRemoval]);
  if (same === JSON.stringify([dependsOn, metadata, onRemoval])) return;
  await run.write(() =>
    run.setResource({ ...row, dependsOn, metadata, onRemoval, before: row.before ?? beforeOf(row) }),
  );
}

/** One more than any embodiment there is, so that no two have the same name. */
function nextGeneration(row: StackResource | undefined): number {
  const generations = (row?.discarded ?? []).map(({ embodiment }) => embodiment.generation);
  if (row?.current) generations.push(row.current.generation);
  return Math.max(-1, ...generations) + 1;
}

async function failBeforeStart(
  run: Run,
  logicalId: string,
  row: StackResource | undefined,
  error: unknown,
): Promise<false> {
  if (endsRun(run, error)) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  const { Type } = run.blueprint.resources[logicalId]!;
  await run.write(() =>
    run.setResource(
      {
        stackId: run.stack.id,
        logicalId,
        type: Type,
        dependsOn: [],
        metadata: {},
        onRemoval: 'delete',
        discarded: [],
        operationId: run.operation.id,
        ...row,
        status: row?.current ? 'UPDATE_FAILED' : 'CREATE_FAILED',
        timestamp: run.now(),
        before: row?.before ?? beforeOf(row),
      },
      { reason },
    ),
  );
  run.endWaits();
  return false;
}
