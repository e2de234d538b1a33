import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';

const Bucket = 'object-settings';
const DAY_MS = 24 * 3600_000;

let clock: ManualClock;
let runtime: TestRuntime;
let s3: S3;

beforeAll(async () => {
  clock = new ManualClock(Date.UTC(2026, 10, 21));
  runtime = await startTestRuntime({}, { clock });
  s3 = new S3(runtime.clientConfig);
  await s3.createBucket({ Bucket, ObjectLockEnabledForBucket: true });
});
afterAll(() => runtime[Symbol.asyncDispose]());

function inDays(days: number): Date {
  return new Date(clock.now() + days * DAY_MS);
}

async function put(Key: string, options: object = {}): Promise<string> {
  return (await s3.putObject({ Bucket, Key, Body: 'x', ...options })).VersionId!;
}

test('tags come with the object or later, and go', async () => {
  await put('tagged', { Tagging: 'b=2&a=1%20%2B' });
  expect((await s3.getObjectTagging({ Bucket, Key: 'tagged' })).TagSet).toEqual([
    { Key: 'a', Value: '1 +' },
    { Key: 'b', Value: '2' },
  ]);
  expect((await s3.headObject({ Bucket, Key: 'tagged' })).TagCount).toBe(2);
  await s3.putObjectTagging({ Bucket, Key: 'tagged', Tagging: { TagSet: [{ Key: 'c', Value: '3' }] } });
  expect((await s3.getObjectTagging({ Bucket, Key: 'tagged' })).TagSet).toHaveLength(1);
  await s3.deleteObjectTagging({ Bucket, Key: 'tagged' });
  expect((await s3.getObjectTagging({ Bucket, Key: 'tagged' })).TagSet).toEqual([]);
  await expect(s3.getObjectTagging({ Bucket, Key: 'none' })).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('tags that S3 refuses', async () => {
  await put('k');
  const set = (TagSet: { Key: string; Value: string }[]) =>
    s3.putObjectTagging({ Bucket, Key: 'k', Tagging: { TagSet } });
  const many = Array.from({ length: 11 }, (_, index) => ({ Key: String(index), Value: '' }));
  await expect(set(many)).rejects.toMatchObject({
    name: 'BadRequest',
    message: 'Object tags cannot be greater than 10',
  });
  for (const tag of [
    { Key: 'x'.repeat(129), Value: '' },
    { Key: 'x', Value: 'y'.repeat(257) },
    { Key: 'x', Value: '<' },
    { Key: 'aws:x', Value: '' },
  ]) {
    await expect(set([tag])).rejects.toMatchObject({ name: 'InvalidTag' });
  }
  await expect(put('k', { Tagging: 'a=1&a=2' })).rejects.toMatchObject({ name: 'InvalidArgument' });
});

test('a version under legal hold stays until the hold is off', async () => {
  const VersionId = await put('held', { ObjectLockLegalHoldStatus: 'ON' });
  await s3.deleteObject({ Bucket, Key: 'held' });
  await expect(s3.deleteObject({ Bucket, Key: 'held', VersionId })).rejects.toMatchObject({
    name: 'AccessDenied',
    message: 'Access Denied because object protected by object lock.',
  });
  const batch = await s3.deleteObjects({
    Bucket,
    Delete: { Objects: [{ Key: 'held', VersionId }] },
    BypassGovernanceRetention: true,
  });
  expect(batch.Errors).toMatchObject([{ Code: 'AccessDenied' }]);
  await s3.putObjectLegalHold({ Bucket, Key: 'held', VersionId, LegalHold: { Status: 'OFF' } });
  expect(await s3.getObjectLegalHold({ Bucket, Key: 'held', VersionId })).toMatchObject({
    LegalHold: { Status: 'OFF' },
  });
  await s3.deleteObject({ Bucket, Key: 'held', VersionId });
});

test('retention ends with time, can be passed over in governance mode, and never in compliance mode', async () => {
  const governed = await put('governed', {
    ObjectLockMode: 'GOVERNANCE',
    ObjectLockRetainUntilDate: inDays(2),
  });
  const compliant = await put('compliant');
  await s3.putObjectRetention({
    Bucket,
    Key: 'compliant',
    Retention: { Mode: 'COMPLIANCE', RetainUntilDate: inDays(2) },
  });
  expect(await s3.headObject({ Bucket, Key: 'governed' })).toMatchObject({
    ObjectLockMode: 'GOVERNANCE',
    ObjectLockRetainUntilDate: inDays(2),
  });
  const remove = (Key: string, VersionId: string, BypassGovernanceRetention = false) =>
    s3.deleteObject({ Bucket, Key, VersionId, BypassGovernanceRetention });
  await expect(remove('governed', governed)).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(remove('compliant', compliant, true)).rejects.toMatchObject({ name: 'AccessDenied' });
  const shorter = { Mode: 'COMPLIANCE', RetainUntilDate: inDays(1) } as const;
  await expect(
    s3.putObjectRetention({ Bucket, Key: 'compliant', Retention: shorter, BypassGovernanceRetention: true }),
  ).rejects.toMatchObject({ name: 'AccessDenied' });
  await remove('governed', governed, true);
  clock.advance(2 * DAY_MS);
  await remove('compliant', compliant);
});

test('a bucket’s rule locks new objects', async () => {
  const rule = (Days: number) => ({
    Bucket,
    ObjectLockConfiguration: {
      ObjectLockEnabled: 'Enabled' as const,
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE' as const, Days } },
    },
  });
  await s3.putObjectLockConfiguration(rule(3));
  await put('ruled');
  const { Retention } = await s3.getObjectRetention({ Bucket, Key: 'ruled' });
  expect(Retention).toEqual({ Mode: 'GOVERNANCE', RetainUntilDate: inDays(3) });
  const without = { Bucket, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' as const } };
  await s3.putObjectLockConfiguration(without);
  await put('unruled');
  await expect(s3.getObjectRetention({ Bucket, Key: 'unruled' })).rejects.toMatchObject({
    name: 'NoSuchObjectLockConfiguration',
  });
});

test('locks want a bucket with object lock', async () => {
  await s3.createBucket({ Bucket: 'unlocked' });
  await expect(
    s3.putObject({ Bucket: 'unlocked', Key: 'k', Body: '', ObjectLockLegalHoldStatus: 'ON' }),
  ).rejects.toThrow('Bucket is missing Object Lock Configuration');
  await expect(s3.getObjectLockConfiguration({ Bucket: 'unlocked' })).rejects.toMatchObject({
    name: 'ObjectLockConfigurationNotFoundError',
  });
  await expect(
    s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
  ).rejects.toMatchObject({ name: 'InvalidBucketState' });
});

test('an archived object is read after it was restored, for as long as it was', async () => {
  await put('cold', { StorageClass: 'DEEP_ARCHIVE' });
  await expect(s3.getObject({ Bucket, Key: 'cold' })).rejects.toMatchObject({
    name: 'InvalidObjectState',
    StorageClass: 'DEEP_ARCHIVE',
  });
  const restore = () => s3.restoreObject({ Bucket, Key: 'cold', RestoreRequest: { Days: 1 } });
  expect((await restore()).$metadata.httpStatusCode).toBe(202);
  expect((await restore()).$metadata.httpStatusCode).toBe(200);
  expect((await s3.getObject({ Bucket, Key: 'cold' })).Restore).toContain('ongoing-request="false"');
  clock.advance(2 * DAY_MS);
  await expect(s3.getObject({ Bucket, Key: 'cold' })).rejects.toMatchObject({ name: 'InvalidObjectState' });
  await put('warm');
  await expect(s3.restoreObject({ Bucket, Key: 'warm', RestoreRequest: { Days: 1 } })).rejects.toThrow(
    "Restore is not allowed for the object's current storage class",
  );
});

test('an object with the client’s own key is read with that key only', async () => {
  const key = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'k'.repeat(32) };
  await put('own-key', key);
  const got = await s3.getObject({ Bucket, Key: 'own-key', ...key });
  expect(got.SSECustomerAlgorithm).toBe('AES256');
  expect(got.ServerSideEncryption).toBeUndefined();
  await expect(s3.getObject({ Bucket, Key: 'own-key' })).rejects.toMatchObject({ name: 'InvalidRequest' });
  const other = { ...key, SSECustomerKey: 'x'.repeat(32) };
  await expect(s3.getObject({ Bucket, Key: 'own-key', ...other })).rejects.toMatchObject({
    name: 'AccessDenied',
  });
});

test('access control lists of objects are kept', async () => {
  await put('public', { ACL: 'public-read' });
  expect((await s3.getObjectAcl({ Bucket, Key: 'public' })).Grants).toHaveLength(2);
  await s3.putObjectAcl({ Bucket, Key: 'public', ACL: 'private' });
  expect((await s3.getObjectAcl({ Bucket, Key: 'public' })).Grants).toHaveLength(1);
});
