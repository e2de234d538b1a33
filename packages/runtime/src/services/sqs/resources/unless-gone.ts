import { ServiceError } from '../../../dispatch/errors.ts';

/** Deleting what is gone already is no failure. */
export async function unlessGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === 'QueueDoesNotExist')) throw error;
  }
}
