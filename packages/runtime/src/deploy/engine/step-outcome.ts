import { StorageError } from '../../store/errors.ts';
import type { Before, StackResource } from '../state/stack.ts';
import { failureReason } from './failure-reason.ts';
import { CANCELLED, type Run } from './run.ts';

/** Whether a row tells that its resource has come to a good end in the operation that touched it last. */
export function isDone({ status }: StackResource): boolean {
  return status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE';
}

export function isFailed({ status }: StackResource): boolean {
  return status === 'CREATE_FAILED' || status === 'UPDATE_FAILED';
}

/** What is no fault of the resource: the operation goes on after the next start. */
export function endsRun(run: Run, error: unknown): boolean {
  return run.stopping.aborted || error instanceof StorageError;
}

/** What a rollback of this operation returns to. */
export function beforeOf(row: StackResource | undefined): Before {
  const { current, dependsOn = [], metadata = {}, onRemoval = 'delete' } = row ?? {};
  return { embodiment: current, dependsOn, metadata, onRemoval };
}

/** Why a step failed, for its event. */
export function stepReason(error: unknown, verb: 'create' | 'update', step: string): string {
  if (error !== CANCELLED) return failureReason(error, step);
  return verb === 'create' ? 'Resource creation cancelled' : 'Resource update cancelled';
}
