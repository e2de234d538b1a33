import type { Readable } from 'node:stream';
import { archiveOf } from './archive.ts';
import { SnapshotError } from './format.ts';
import { type SnapshotSource, stageSnapshot } from './stage.ts';

/**
 * Makes archives of a state in use, one at a time.
 *
 * @returns a function that gives the next one; it throws SnapshotError while another is being read
 */
export function createSnapshots(source: SnapshotSource): () => Promise<Readable> {
  let busy = false;
  const done = () => {
    busy = false;
  };
  return async () => {
    if (busy) {
      throw new SnapshotError('refused', 'A snapshot is being made already; ask again when it is done.');
    }
    busy = true;
    try {
      return archiveOf(await stageSnapshot(source), new Date(), done);
    } catch (error) {
      done();
      throw error;
    }
  };
}
