import type { Embodiment, StackResource } from '../state/stack.ts';
import { failureReason } from './failure-reason.ts';
import { providerProperties } from './provider-properties.ts';
import type { Run } from './run.ts';
import { stepContext } from './step-context.ts';
import { endsRun } from './step-outcome.ts';

export interface Deletion {
  readonly row: StackResource;
  readonly embodiment: Embodiment;
  readonly retain: boolean;
  /** Whether it was under way when the runtime stopped. */
  readonly begun?: boolean | undefined;
  /** Inside the transaction that records the beginning. */
  readonly begin: () => void;
  /** Inside the transaction that records the end: what becomes of the row; told whether the resource is gone. */
  readonly settle: (outcome: 'deleted' | 'retained' | 'failed', reason?: string) => void;
}

/**
 * Deletes what there is of a resource, or leaves it alone where its template says so. The provider's
 * delete may be repeated after a crash; it succeeds when there is nothing any more.
 *
 * @returns false when the deletion failed
 */
export async function deleteStep(
  run: Run,
  { row, embodiment, retain, begun, begin, settle }: Deletion,
): Promise<boolean> {
  const { physicalId, properties, type, generation } = embodiment;
  const event = { physicalId, properties };
  if (retain) {
    await run.write(() => {
      run.addResourceEvent({ ...row, type }, 'DELETE_SKIPPED', event);
      // What is left behind has its name, which the next one of the kind must not get.
      run.changeStack({ incarnation: run.stack.incarnation + 1 });
      settle('retained');
    });
    return true;
  }
  const started = begun
    ? Promise.resolve()
    : run.write(() => {
        run.addResourceEvent({ ...row, type }, 'DELETE_IN_PROGRESS', event);
        begin();
      });
  const { logicalId, metadata } = row;
  const context = stepContext(run, { logicalId, type, action: 'delete', generation, metadata });
  try {
    const provider = run.findProvider(type);
    if (!provider) throw new Error(`Nobody provides ${type} any more.`);
    await Promise.all([
      providerProperties(run, properties).then((given) => provider.delete(physicalId, given, context)),
      started,
    ]);
    await run.write(() => {
      run.addResourceEvent({ ...row, type }, 'DELETE_COMPLETE', event);
      settle('deleted');
    });
    return true;
  } catch (error) {
    await started;
    if (endsRun(run, error)) throw error;
    const reason = failureReason(error, context.step);
    await run.write(() => {
      run.addResourceEvent({ ...row, type }, 'DELETE_FAILED', { ...event, reason });
      settle('failed', reason);
    });
    return false;
  }
}
