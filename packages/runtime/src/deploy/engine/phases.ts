import type { StackStatus } from '@aws-sdk/client-cloudformation';
import { goBack } from './backward.ts';
import { goForward } from './forward.ts';
import { cleanUp, deleteStack, undoCreation } from './removal.ts';
import type { Run } from './run.ts';

/** What is done in each status that is no resting place; every phase ends by setting the next status. */
const PHASES: Partial<Record<StackStatus, (run: Run) => Promise<void>>> = {
  CREATE_IN_PROGRESS: goForward,
  ROLLBACK_IN_PROGRESS: undoCreation,
  UPDATE_IN_PROGRESS: goForward,
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: cleanUp,
  UPDATE_ROLLBACK_IN_PROGRESS: goBack,
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: cleanUp,
  DELETE_IN_PROGRESS: deleteStack,
};

/** Carries an operation from the status it is in to its end; after a restart again from there. */
export async function carryOut(run: Run): Promise<void> {
  for (;;) {
    const phase = PHASES[run.stack.status];
    if (!phase) return;
    run.beginPhase();
    await phase(run);
  }
}
