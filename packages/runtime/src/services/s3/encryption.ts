import { createHash } from 'node:crypto';
import type { ServerSideEncryption, ServerSideEncryptionRule } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket-store.ts';
import { fault, invalidArgument, invalidRequest } from './errors.ts';
import type { Encryption } from './object-store.ts';

/** What a request says of encryption. */
export interface EncryptionInput extends CustomerKey {
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

/** A key that the client brings with every request. */
export interface CustomerKey {
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKey?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
}

const METHODS = new Set<string>(['AES256', 'aws:kms', 'aws:kms:dsse']);
const HEADER = 'x-amz-server-side-encryption';
const KEY_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^mrk-[0-9a-f]{32}$/;

/**
 * How a new object is encrypted on AWS: as the request says, or the bucket, or with S3's own keys. Here
 * it is kept and answered, the bytes lie as they are: they are the user's own files on the user's disk.
 */
export function encryptionOf(input: EncryptionInput, bucket: Bucket): Encryption {
  const customer = checkCustomerKey(input);
  if (customer) return customer;
  const method = input.ServerSideEncryption;
  if (method !== undefined && !METHODS.has(method)) {
    throw invalidArgument('The encryption method specified is not supported', HEADER, method);
  }
  if (input.SSEKMSKeyId !== undefined && (method === undefined || method === 'AES256')) {
    throw invalidArgument(
      `Server Side Encryption with AWS KMS managed key requires HTTP header ${HEADER} : aws:kms`,
      HEADER,
      method,
    );
  }
  const rule = encryptionRule(bucket);
  const preset = rule?.ApplyServerSideEncryptionByDefault;
  const ServerSideEncryption = (method ?? preset?.SSEAlgorithm ?? 'AES256') as ServerSideEncryption;
  if (ServerSideEncryption === 'AES256') return { ServerSideEncryption };
  const keyId = input.SSEKMSKeyId ?? (method === undefined ? preset?.KMSMasterKeyID : undefined);
  return {
    ServerSideEncryption,
    SSEKMSKeyId: keyId === undefined ? undefined : keyArn(keyId, bucket),
    BucketKeyEnabled: (input.BucketKeyEnabled ?? rule?.BucketKeyEnabled) || undefined,
  };
}

/** The rule that somebody set on the bucket. */
export function encryptionRule({ settings }: Bucket): ServerSideEncryptionRule | undefined {
  return settings.encryption === 'none' ? undefined : settings.encryption?.Rules?.[0];
}

/**
 * Whether a request brings the key that the object was written with.
 *
 * @throws InvalidRequest, AccessDenied
 */
export function checkAccess(encryption: Encryption, input: CustomerKey): void {
  const given = checkCustomerKey(input);
  if (encryption.SSECustomerKeyMD5 === undefined) {
    if (given) throw invalidRequest('The encryption parameters are not applicable to this object.');
    return;
  }
  if (!given) {
    throw invalidRequest(
      'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
    );
  }
  if (given.SSECustomerKeyMD5 !== encryption.SSECustomerKeyMD5) throw fault('AccessDenied');
}

function checkCustomerKey(input: CustomerKey): Encryption | undefined {
  const { SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5 } = input;
  if (SSECustomerAlgorithm === undefined && SSECustomerKey === undefined && SSECustomerKeyMD5 === undefined) {
    return undefined;
  }
  const refuse = (need: string) =>
    invalidArgument(
      `Requests specifying Server Side Encryption with Customer provided keys must provide ${need}.`,
      `${HEADER}-customer-algorithm`,
      SSECustomerAlgorithm,
    );
  if (SSECustomerAlgorithm !== 'AES256') throw refuse('a valid encryption algorithm');
  if (SSECustomerKey === undefined) throw refuse('an appropriate secret key');
  if (SSECustomerKeyMD5 === undefined) throw refuse('the client calculated MD5 of the secret key');
  const key = Buffer.from(SSECustomerKey, 'base64');
  if (key.length !== 32) {
    throw invalidArgument(
      'The secret key was invalid for the specified algorithm.',
      `${HEADER}-customer-algorithm`,
    );
  }
  if (createHash('md5').update(key).digest('base64') !== SSECustomerKeyMD5) {
    throw invalidArgument(
      'The calculated MD5 hash of the key did not match the hash that was provided.',
      `${HEADER}-customer-key-MD5`,
    );
  }
  return { SSECustomerAlgorithm, SSECustomerKeyMD5 };
}

function keyArn(keyId: string, { region, account }: Bucket): string {
  if (KEY_ID.test(keyId)) return `arn:aws:kms:${region}:${account}:key/${keyId}`;
  return keyId.startsWith('alias/') ? `arn:aws:kms:${region}:${account}:${keyId}` : keyId;
}
