import type { ProvidedResource, ResourceProvider } from '../../dispatch/resource-provider.ts';
import type { Embodiment, StackResource } from '../state/stack.ts';
import { isNameTaken, StepFailure } from './failure-reason.ts';
import { providerProperties } from './provider-properties.ts';
import type { Run } from './run.ts';
import { stepContext } from './step-context.ts';
import { beforeOf, endsRun, stepReason } from './step-outcome.ts';
import type { Wanted } from './wanted.ts';

export interface Creation {
  readonly logicalId: string;
  readonly wanted: Wanted;
  readonly provider: ResourceProvider;
  /** The resource's row so far; where it has a present embodiment, this one takes its place. */
  readonly row: StackResource | undefined;
  readonly generation: number;
}

/** Creates a resource, or another embodiment of it that takes the place of the present one. */
export async function createStep(run: Run, creation: Creation): Promise<boolean> {
  const { logicalId, wanted, provider, row, generation } = creation;
  const replaced = row?.current;
  const pending = pendingRow(run, creation);
  // The provider need not wait for this commit: its own come after it, or with it.
  const begun = isResumed(run, creation) ? Promise.resolve() : run.write(() => begin(run, pending));
  let createdId: string | undefined;
  const context = stepContext(run, {
    logicalId,
    type: wanted.type,
    action: 'create',
    generation,
    metadata: wanted.metadata,
    created: (id) => {
      createdId = id;
    },
  });
  const embody = (provided: ProvidedResource): Embodiment => ({
    type: wanted.type,
    physicalId: provided.physicalId,
    attributes: provided.attributes,
    properties: wanted.properties,
    generation,
  });
  try {
    const [provided] = await Promise.all([
      providerProperties(run, wanted.properties).then((properties) => provider.create(properties, context)),
      begun,
    ]);
    await run.write(() => complete(run, creation, pending, embody(provided)));
    return true;
  } catch (error) {
    await begun;
    if (endsRun(run, error)) throw error;
    const reason = replaced && isNameTaken(error) ? new StepFailure(cannotReplace(replaced)) : error;
    const partial = createdId === undefined ? undefined : embody({ physicalId: createdId, attributes: {} });
    await run.write(() =>
      fail(run, creation, pending, partial, stepReason(reason, verbOf(row), context.step)),
    );
    run.endWaits();
    return false;
  }
}

function verbOf(row: StackResource | undefined): 'create' | 'update' {
  return row?.current ? 'update' : 'create';
}

function isResumed(run: Run, { row }: Creation): boolean {
  return row?.operationId === run.operation.id && row.status.endsWith('_IN_PROGRESS');
}

function pendingRow(run: Run, { logicalId, wanted, row }: Creation): StackResource {
  const { type, dependsOn, metadata, onRemoval, properties } = wanted;
  return {
    stackId: run.stack.id,
    logicalId,
    type,
    status: row?.current ? 'UPDATE_IN_PROGRESS' : 'CREATE_IN_PROGRESS',
    timestamp: run.now(),
    operationId: run.operation.id,
    current: row?.current,
    attempted: properties,
    before: row?.before ?? beforeOf(row),
    discarded: row?.discarded ?? [],
    dependsOn,
    metadata,
    onRemoval,
  };
}

function begin(run: Run, pending: StackResource): void {
  const reason = pending.current
    ? 'Requested update requires the creation of a new physical resource; hence creating one.'
    : undefined;
  run.setResource(pending, { reason });
}

function complete(run: Run, { wanted, row }: Creation, pending: StackResource, embodiment: Embodiment): void {
  const { physicalId } = embodiment;
  run.addResourceEvent(pending, pending.status, { reason: 'Resource creation Initiated', physicalId });
  const replaced = row?.current;
  run.setResource(
    {
      ...pending,
      status: replaced ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE',
      current: embodiment,
      attempted: undefined,
      discarded: replaced
        ? [...pending.discarded, { embodiment: replaced, retain: wanted.keepReplaced }]
        : pending.discarded,
    },
    {},
  );
}

/** What exists in part is deleted by the rollback; a replaced embodiment stays what it was. */
function fail(
  run: Run,
  { row }: Creation,
  pending: StackResource,
  partial: Embodiment | undefined,
  reason: string,
): void {
  const replaced = row?.current;
  const properties = pending.attempted;
  run.setResource(
    {
      ...pending,
      status: replaced ? 'UPDATE_FAILED' : 'CREATE_FAILED',
      current: replaced ?? partial,
      attempted: undefined,
      discarded:
        replaced && partial
          ? [...pending.discarded, { embodiment: partial, retain: false }]
          : pending.discarded,
    },
    { reason, properties, physicalId: partial?.physicalId },
  );
}

function cannotReplace({ physicalId }: Embodiment): string {
  return (
    'CloudFormation cannot update a stack when a custom-named resource requires replacing. ' +
    `Rename ${physicalId} and update the stack again.`
  );
}
