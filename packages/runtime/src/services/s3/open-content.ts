import type { OpenBlob } from '../../store/blobs.ts';
import { LostFileError } from '../../store/errors.ts';
import { fault } from './errors.ts';
import type { Stores } from './stores.ts';

/**
 * Opens an object's or a part's bytes.
 *
 * @param size - so many bytes there are at least
 * @throws InternalError where somebody else has taken the file away or cut it short
 */
export function openContent({ blobs }: Stores, blob: string, size: number): OpenBlob {
  return orInternalError(() => blobs.open(blob, size));
}

/** Copies an object's bytes within the file system. @throws InternalError as {@link openContent} does */
export async function copyFileOf({ blobs }: Stores, blob: string, size: number, segments: readonly string[]) {
  orInternalError(() => blobs.open(blob, size)).close();
  return await blobs.copy(blob, segments);
}

function orInternalError<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LostFileError)) throw error;
    throw fault('InternalError', {}, error.message);
  }
}
