import type { ResourceProvider } from '../../dispatch/resource-provider.ts';
import type { Embodiment, StackResource } from '../state/stack.ts';
import type { JsonObject } from '../template/template.ts';
import { providerProperties } from './provider-properties.ts';
import type { Run } from './run.ts';
import { stepContext } from './step-context.ts';
import { beforeOf, endsRun, stepReason } from './step-outcome.ts';
import type { Wanted } from './wanted.ts';

export interface Change {
  readonly wanted: Pick<Wanted, 'properties' | 'dependsOn' | 'metadata' | 'onRemoval' | 'keepReplaced'>;
  readonly provider: ResourceProvider;
  readonly row: StackResource;
  readonly current: Embodiment;
  /** The properties that the resource has, or may have after an update that failed half-way. */
  readonly previous: JsonObject;
  /** `back` when a rollback undoes an update. */
  readonly action: 'update' | 'back';
}

/**
 * Updates a resource in place. A provider may answer with another physical id, as custom resources do:
 * then the old one is deleted at the end like any replaced resource.
 */
export async function updateStep(run: Run, change: Change): Promise<boolean> {
  const { wanted, provider, row, current, previous, action } = change;
  const { logicalId } = row;
  const pending: StackResource = {
    ...row,
    status: 'UPDATE_IN_PROGRESS',
    // A rollback that is interrupted has to know what it came from.
    attempted: action === 'back' ? previous : wanted.properties,
    before: row.before ?? beforeOf(row),
    dependsOn: wanted.dependsOn,
    metadata: wanted.metadata,
    onRemoval: wanted.onRemoval,
  };
  const { properties } = wanted;
  const resumed = isResumed(run, row);
  const begun = resumed ? Promise.resolve() : run.write(() => run.setResource(pending, { properties }));
  const { metadata } = wanted;
  const { type, generation } = current;
  const context = stepContext(run, { logicalId, type, action, generation, metadata });
  try {
    const [provided] = await Promise.all([
      Promise.all([providerProperties(run, properties), providerProperties(run, previous)]).then(
        ([after, before]) => provider.update(current.physicalId, after, before, context),
      ),
      begun,
    ]);
    const embodiment: Embodiment = { ...current, ...provided, properties };
    await run.write(() => complete(run, change, pending, embodiment));
    return true;
  } catch (error) {
    await begun;
    if (endsRun(run, error)) throw error;
    const reason = stepReason(error, 'update', context.step);
    await run.write(() => run.setResource({ ...pending, status: 'UPDATE_FAILED' }, { reason, properties }));
    run.endWaits();
    return false;
  }
}

/** Whether it was under way when the runtime stopped: no phase begins before the one before has settled. */
function isResumed(run: Run, { operationId, status }: StackResource): boolean {
  return operationId === run.operation.id && status === 'UPDATE_IN_PROGRESS';
}

function complete(
  run: Run,
  { current, wanted, action }: Change,
  pending: StackResource,
  embodiment: Embodiment,
): void {
  const moved = embodiment.physicalId !== current.physicalId;
  run.setResource(
    {
      ...pending,
      status: 'UPDATE_COMPLETE',
      current: embodiment,
      attempted: undefined,
      before: action === 'back' ? undefined : pending.before,
      discarded: moved
        ? [...pending.discarded, { embodiment: current, retain: wanted.keepReplaced }]
        : pending.discarded,
    },
    {},
  );
}
