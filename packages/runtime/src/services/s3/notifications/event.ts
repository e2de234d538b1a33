import type { CallContext } from '../../../dispatch/context.ts';
import type { Bucket } from '../bucket-store.ts';
import { ownerOf, urlEncode } from '../names.ts';
import type { ObjectVersion } from '../object-store.ts';
import { sequencer } from '../versions.ts';

// What happened → how the two kinds of receivers are told: records have `name` and `version`,
// EventBridge's events `detailType` and `reason`.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
const CREATED = ['size', 'etag', 'sequencer'] as const;

const KINDS = {
  put: {
    name: 'ObjectCreated:Put',
    version: '2.1',
    detailType: 'Object Created',
    reason: 'PutObject',
    tells: CREATED,
  },
  post: {
    name: 'ObjectCreated:Post',
    version: '2.1',
    detailType: 'Object Created',
    reason: 'POST Object',
    tells: CREATED,
  },
  copy: {
    name: 'ObjectCreated:Copy',
    version: '2.1',
    detailType: 'Object Created',
    reason: 'CopyObject',
    tells: CREATED,
  },
  complete: {
    name: 'ObjectCreated:CompleteMultipartUpload',
    version: '2.1',
    detailType: 'Object Created',
    reason: 'CompleteMultipartUpload',
    tells: CREATED,
  },
  delete: {
    name: 'ObjectRemoved:Delete',
    version: '2.1',
    detailType: 'Object Deleted',
    reason: 'DeleteObject',
    deletion: 'Permanently Deleted',
    tells: ['sequencer'],
  },
  marker: {
    name: 'ObjectRemoved:DeleteMarkerCreated',
    version: '2.1',
    detailType: 'Object Deleted',
    reason: 'DeleteObject',
    deletion: 'Delete Marker Created',
    tells: ['etag', 'sequencer'],
  },
  tagged: { name: 'ObjectTagging:Put', version: '2.3', detailType: 'Object Tags Added', tells: ['etag'] },
  untagged: {
    name: 'ObjectTagging:Delete',
    version: '2.3',
    detailType: 'Object Tags Deleted',
    tells: ['etag'],
  },
  acl: { name: 'ObjectAcl:Put', version: '2.3', detailType: 'Object ACL Updated', tells: ['etag'] },
  restoring: {
    name: 'ObjectRestore:Post',
    version: '2.1',
    detailType: 'Object Restore Initiated',
    tells: ['size', 'etag'],
  },
  restored: {
    name: 'ObjectRestore:Completed',
    version: '2.1',
    detailType: 'Object Restore Completed',
    tells: ['size', 'etag'],
  },
} as const satisfies Record<string, EventKind>;

interface EventKind {
  readonly name: string;
  readonly version: string;
  readonly detailType: string;
  readonly reason?: string;
  readonly deletion?: string;
  /** What of the object the message holds besides its key and version. */
  readonly tells: readonly ('size' | 'etag' | 'sequencer')[];
}

export type EventName = keyof typeof KINDS;

/** Something that happened to an object. */
export interface ObjectEvent {
  readonly kind: EventName;
  readonly object: ObjectVersion;
}

/** The name that notification configurations filter on, such as `s3:ObjectCreated:Put`. */
export function configuredName({ kind }: ObjectEvent): string {
  return `s3:${KINDS[kind].name}`;
}

/** The document that functions, queues and topics get. Keys are form-encoded in it. */
export function recordDocument(
  { kind, object }: ObjectEvent,
  bucket: Bucket,
  configurationId: string,
  { caller, requestId, now }: CallContext,
): object {
  const { name, version, tells }: EventKind = KINDS[kind];
  return {
    Records: [
      {
        eventVersion: version,
        eventSource: 'aws:s3',
        awsRegion: bucket.region,
        eventTime: now.toISOString(),
        eventName: name,
        userIdentity: { principalId: `AWS:${caller.userId}` },
        requestParameters: { sourceIPAddress: '127.0.0.1' },
        responseElements: { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId,
          bucket: {
            name: bucket.name,
            ownerIdentity: { principalId: ownerOf(bucket.account).ID.slice(0, 14).toUpperCase() },
            arn: `arn:aws:s3:::${bucket.name}`,
          },
          object: {
            key: urlEncode(object.key),
            ...(tells.includes('size') && { size: object.size }),
            ...(tells.includes('etag') && { eTag: object.etag }),
            ...(bucket.settings.versioning && { versionId: object.versionId }),
            ...(tells.includes('sequencer') && { sequencer: sequencer(object.sequence) }),
          },
        },
      },
    ],
  };
}

/** What a queue or topic gets when it is set as a receiver. */
export function testEvent(bucket: Bucket, { requestId, now }: CallContext): object {
  return {
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: now.toISOString(),
    Bucket: bucket.name,
    RequestId: requestId,
    HostId: requestId,
  };
}

/** The event that EventBridge gets. Keys are as they are in it. */
export function bridgeEntry({ kind, object }: ObjectEvent, bucket: Bucket, context: CallContext) {
  const { detailType, reason, deletion, tells }: EventKind = KINDS[kind];
  const isRestore = kind === 'restored' || kind === 'restoring';
  const detail = {
    version: '0',
    bucket: { name: bucket.name },
    object: {
      key: object.key,
      ...(tells.includes('size') && { size: object.size }),
      ...(tells.includes('etag') && { etag: object.etag }),
      ...(bucket.settings.versioning && { 'version-id': object.versionId }),
      ...(tells.includes('sequencer') && { sequencer: sequencer(object.sequence) }),
    },
    'request-id': context.requestId,
    requester: context.caller.account,
    'source-ip-address': '127.0.0.1',
    ...(reason && { reason }),
    ...(deletion && { 'deletion-type': deletion }),
    ...(kind === 'restored' && { 'restore-expiry-time': object.document.restoredUntil?.toISOString() }),
    ...(isRestore && { 'source-storage-class': object.storageClass }),
  };
  return {
    Source: 'aws.s3',
    DetailType: detailType,
    Detail: JSON.stringify(detail),
    Resources: [`arn:aws:s3:::${bucket.name}`],
    Time: context.now,
  };
}
