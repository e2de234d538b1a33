import type { Bucket } from './bucket-store.ts';
import { deleteMarker, fault, invalidArgument } from './errors.ts';
import { wholeSecond } from './names.ts';
import type { ObjectVersion } from './object-store.ts';
import type { Stores } from './stores.ts';
import { NULL_VERSION, sequenceOf } from './versions.ts';

/**
 * The version that a request is about: the one it names, or the newest.
 *
 * @param method - of the request, for the error about a delete marker
 * @throws NoSuchKey, NoSuchVersion, MethodNotAllowed for a delete marker, InvalidArgument
 */
export function findVersion(
  { objects }: Stores,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  method: string,
): ObjectVersion {
  if (versionId === undefined) {
    const latest = objects.latest(bucket.id, key);
    if (latest && !latest.marker) return latest;
    throw fault('NoSuchKey', { Key: key, ...(latest && { headers: markerHeaders(latest) }) });
  }
  checkVersionId(versionId);
  const version = objects.version(bucket.id, key, versionId);
  if (!version) throw fault('NoSuchVersion', { Key: key, VersionId: versionId });
  if (version.marker) throw deleteMarker(method, version.versionId, wholeSecond(version.modified));
  return version;
}

/** As {@link findVersion}; but where the newest is a delete marker, that is the fault. */
export function findOrMarker(
  stores: Stores,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  method: string,
): ObjectVersion {
  const latest = versionId === undefined ? stores.objects.latest(bucket.id, key) : undefined;
  if (latest?.marker) throw deleteMarker(method, latest.versionId, wholeSecond(latest.modified));
  return latest ?? findVersion(stores, bucket, key, versionId, method);
}

/** @throws InvalidArgument when nobody here gave out such an id */
export function checkVersionId(versionId: string): void {
  if (versionId === '') {
    throw invalidArgument('Version id cannot be the empty string', 'versionId', versionId);
  }
  if (versionId !== NULL_VERSION && sequenceOf(versionId) === undefined) {
    throw invalidArgument('Invalid version id specified', 'versionId', versionId);
  }
}

function markerHeaders({ versionId }: ObjectVersion): Record<string, string> {
  return { 'x-amz-delete-marker': 'true', 'x-amz-version-id': versionId };
}
