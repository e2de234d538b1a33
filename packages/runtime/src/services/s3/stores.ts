import type { Host } from '../../dispatch/host.ts';
import { Blobs } from '../../store/blobs.ts';
import { BucketStore } from './bucket-store.ts';
import { ObjectStore } from './object-store.ts';
import { UploadStore } from './upload-store.ts';
import { Sequence } from './versions.ts';

/** What the operations work on. */
export interface Stores {
  readonly host: Host;
  readonly buckets: BucketStore;
  readonly objects: ObjectStore;
  readonly uploads: UploadStore;
  readonly blobs: Blobs;
  readonly sequence: Sequence;
}

export function createStores(host: Host): Stores {
  return {
    host,
    buckets: new BucketStore(host.database),
    objects: new ObjectStore(host.database),
    uploads: new UploadStore(host.database),
    blobs: new Blobs(host.folder('objects'), host.ids),
    sequence: new Sequence(),
  };
}

/** Inside a transaction: a blob that no row has any more goes when the commit is on disk. */
export function forgetBlob({ host, blobs }: Stores, blob: string | undefined): void {
  if (blob !== undefined) host.database.afterCommit(() => blobs.remove(blob));
}

/** Where an object's blob lies, readable for people. */
export function blobSegments(bucket: string, key: string): string[] {
  return [bucket, ...key.split('/')];
}
