import { ServiceError } from '../../../dispatch/errors.ts';

/** Changing or deleting what is gone already is no failure. */
export async function unlessGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === 'NotFoundException')) throw error;
  }
}
