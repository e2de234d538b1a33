import type { Delete } from '@aws-sdk/client-s3';
import type { KeyValues, Need, ServiceAccess } from '../../access/needs.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import { BUCKET_ACTIONS, OBJECT_ACTIONS } from './actions.ts';
import type { BucketStore } from './bucket-store.ts';
import { parseCopySource } from './copy-source.ts';

interface Input {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly VersionId?: string;
  readonly CopySource?: string;
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly MaxKeys?: number;
  readonly Tagging?: unknown;
  readonly ACL?: string;
  readonly Delete?: Delete;
  readonly ServerSideEncryption?: string;
  readonly StorageClass?: string;
  readonly SSEKMSKeyId?: string;
  readonly ObjectLockMode?: string;
  readonly ObjectLockLegalHoldStatus?: string;
}

const BUCKET_ARN = /^arn:aws[a-z-]*:s3:::([^/*]+)/;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
export function s3Access(buckets: BucketStore): ServiceAccess {
  return {
    prefix: 's3',
    operations: {
      ...Object.fromEntries(Object.entries(BUCKET_ACTIONS).map(([name, action]) => [name, onBucket(action)])),
      ...Object.fromEntries(Object.entries(OBJECT_ACTIONS).map(([name, action]) => [name, onObject(action)])),
      ListBuckets: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
      // The key is in the form, which only the handler reads.
      PostObject: ({ Bucket }: Input) => [{ action: 's3:PutObject', resource: `arn:aws:s3:::${Bucket}/*` }],
      PutObject: (input: Input) => writing(input),
      CreateMultipartUpload: (input: Input) => writing(input),
      CopyObject: (input: Input) => [...reading(input), ...writing(input)],
      UploadPartCopy: (input: Input) => [...reading(input), ...onObject('PutObject')(input)],
      GetObjectAttributes: (input: Input) => [
        ...onObject('GetObject*')(input),
        ...onObject('GetObject*Attributes')(input),
      ],
      DeleteObjects: ({ Bucket, Delete: wanted }: Input) =>
        (wanted?.Objects ?? []).map(({ Key, VersionId }) => ({
          action: VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
          resource: `arn:aws:s3:::${Bucket}/${Key}`,
        })),
    },
    resourcePolicy(resource) {
      const [, name] = BUCKET_ARN.exec(resource) ?? [];
      const bucket = name === undefined ? undefined : buckets.find(name);
      return bucket && { account: bucket.account, document: bucket.settings.policy };
    },
  };
}

/** S3 writes the resource in quotes. */
export function s3AccessDenied(sentence: string): ServiceError {
  const quoted = sentence.replace(
    / on resource: (\S.*?)(?= because | with an explicit )/,
    ' on resource: "$1"',
  );
  return new ServiceError('AccessDenied', quoted, { status: 403 });
}

function onBucket(action: string) {
  return ({ Bucket, Prefix, Delimiter, MaxKeys }: Input): Need[] => [
    {
      action: `s3:${action}`,
      resource: `arn:aws:s3:::${Bucket}`,
      ...(action.startsWith('ListBucket') && {
        conditions: {
          's3:prefix': Prefix ?? '',
          's3:delimiter': Delimiter,
          's3:max-keys': MaxKeys === undefined ? undefined : String(MaxKeys),
        },
      }),
    },
  ];
}

/** @param action - a `*` in it stands for `Version` where the request names one */
function onObject(action: string) {
  const plain = `s3:${action.replace('*', '')}`;
  const versioned = `s3:${action.replace('*', 'Version')}`;
  return ({ Bucket, Key, VersionId }: Input): Need[] => [
    {
      action: VersionId === undefined ? plain : versioned,
      resource: `arn:aws:s3:::${Bucket}/${Key}`,
      ...(VersionId !== undefined && { conditions: { 's3:VersionId': VersionId } }),
    },
  ];
}

/** A new object, and what is set on it at once. */
function writing(input: Input): Need[] {
  const { Bucket, Key, Tagging, ACL, ServerSideEncryption, StorageClass, SSEKMSKeyId } = input;
  const resource = `arn:aws:s3:::${Bucket}/${Key}`;
  const conditions: KeyValues = {
    's3:x-amz-acl': ACL,
    's3:x-amz-server-side-encryption': ServerSideEncryption,
    's3:x-amz-server-side-encryption-aws-kms-key-id': SSEKMSKeyId,
    's3:x-amz-storage-class': StorageClass,
  };
  const actions = [
    'PutObject',
    ...(Tagging === undefined ? [] : ['PutObjectTagging']),
    ...(ACL === undefined ? [] : ['PutObjectAcl']),
    ...(input.ObjectLockMode === undefined ? [] : ['PutObjectRetention']),
    ...(input.ObjectLockLegalHoldStatus === undefined ? [] : ['PutObjectLegalHold']),
  ];
  return actions.map((action) => ({ action: `s3:${action}`, resource, conditions }));
}

function reading({ CopySource = '' }: Input): Need[] {
  try {
    const { bucket: Bucket, key: Key, versionId: VersionId } = parseCopySource(CopySource);
    return onObject('GetObject*')({ Bucket, Key, ...(VersionId !== undefined && { VersionId }) });
  } catch {
    // The handler says what is wrong with the source.
    return [];
  }
}
