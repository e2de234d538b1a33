import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';

let runtime: TestRuntime;
let s3: S3;
let Bucket: string;
let count = 0;

beforeAll(async () => {
  runtime = await startTestRuntime();
  s3 = new S3(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

beforeEach(async () => {
  Bucket = `versions-${count++}`;
  await s3.createBucket({ Bucket });
});

async function versioning(Status: 'Enabled' | 'Suspended'): Promise<void> {
  await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status } });
}

async function put(Body: string, Key = 'k'): Promise<string | undefined> {
  return (await s3.putObject({ Bucket, Key, Body })).VersionId;
}

async function textOf(VersionId?: string, Key = 'k'): Promise<string> {
  return (await s3.getObject({ Bucket, Key, VersionId })).Body!.transformToString();
}

/** The versions of a bucket as `key content` in their order, `-` before those that are not the newest. */
async function history(): Promise<string[]> {
  const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket });
  const versions = await Promise.all(
    Versions.map(
      async ({ Key, VersionId, IsLatest }) => `${IsLatest ? '' : '-'}${await textOf(VersionId, Key)}`,
    ),
  );
  return [...versions, ...DeleteMarkers.map(({ IsLatest }) => (IsLatest ? 'gone' : '-gone'))];
}

test('with versioning every write is kept, newest first', async () => {
  await put('before');
  await versioning('Enabled');
  const first = await put('first');
  const second = await put('second');
  expect(first).toMatch(/^[A-Za-z0-9._]{32}$/);
  expect(await history()).toEqual(['second', '-first', '-before']);
  expect(await textOf()).toBe('second');
  expect(await textOf(first)).toBe('first');
  expect(await textOf('null')).toBe('before');
  expect((await s3.headObject({ Bucket, Key: 'k' })).VersionId).toBe(second);
});

test('deleting puts a marker on top, and deleting the marker brings the object back', async () => {
  await versioning('Enabled');
  await put('kept');
  const { DeleteMarker, VersionId } = await s3.deleteObject({ Bucket, Key: 'k' });
  expect(DeleteMarker).toBe(true);
  await expect(s3.getObject({ Bucket, Key: 'k' })).rejects.toMatchObject({ name: 'NoSuchKey' });
  const answer = await fetch(`${runtime.endpoint}/${Bucket}/k`, { method: 'HEAD' });
  expect([answer.status, answer.headers.get('x-amz-delete-marker')]).toEqual([404, 'true']);
  expect(answer.headers.get('x-amz-version-id')).toBe(VersionId);
  expect((await s3.listObjectsV2({ Bucket })).KeyCount).toBe(0);
  await expect(s3.getObject({ Bucket, Key: 'k', VersionId })).rejects.toMatchObject({
    name: 'MethodNotAllowed',
    ResourceType: 'DeleteMarker',
    $metadata: { httpStatusCode: 405 },
  });
  const undeleted = await s3.deleteObject({ Bucket, Key: 'k', VersionId });
  expect(undeleted).toMatchObject({ DeleteMarker: true, VersionId });
  expect(await textOf()).toBe('kept');
});

test('a version deleted by its id is gone for good, and the one before it is the newest', async () => {
  await versioning('Enabled');
  const first = await put('first');
  const second = await put('second');
  await s3.deleteObject({ Bucket, Key: 'k', VersionId: second });
  expect(await textOf()).toBe('first');
  expect((await s3.headObject({ Bucket, Key: 'k' })).VersionId).toBe(first);
  await expect(textOf(second)).rejects.toMatchObject({ name: 'NoSuchVersion', VersionId: second });
  await s3.deleteObject({ Bucket, Key: 'k', VersionId: first });
  expect(await history()).toEqual([]);
  await s3.deleteBucket({ Bucket });
});

test('suspended, writes replace the null version and keep the others', async () => {
  await versioning('Enabled');
  await put('kept');
  await versioning('Suspended');
  expect(await put('null 1')).toBeUndefined();
  await put('null 2');
  expect(await history()).toEqual(['null 2', '-kept']);
  const { VersionId } = await s3.deleteObject({ Bucket, Key: 'k' });
  expect(VersionId).toBe('null');
  expect(await history()).toEqual(['-kept', 'gone']);
  await versioning('Enabled');
  await put('again');
  expect(await history()).toEqual(['again', '-kept', '-gone']);
});

test('versions are listed in pages that go on where they ended, also when that version is gone', async () => {
  await versioning('Enabled');
  for (const Key of ['a', 'b']) for (let index = 0; index < 5; index++) await put(String(index), Key);
  const seen: string[] = [];
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  do {
    const page = await s3.listObjectVersions({ Bucket, MaxKeys: 3, KeyMarker, VersionIdMarker });
    seen.push(...page.Versions!.map(({ Key, VersionId }) => `${Key} ${VersionId}`));
    ({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page);
    if (KeyMarker) await s3.deleteObject({ Bucket, Key: KeyMarker, VersionId: VersionIdMarker });
  } while (KeyMarker);
  expect(seen).toHaveLength(10);
  expect(new Set(seen).size).toBe(10);
  await expect(s3.listObjectVersions({ Bucket, VersionIdMarker: 'x' })).rejects.toMatchObject({
    name: 'InvalidArgument',
    message: 'A version-id marker cannot be specified without a key marker.',
  });
});

test('a delimiter groups versions and markers', async () => {
  await versioning('Enabled');
  for (const Key of ['dir/1', 'dir/2', 'top']) await put('x', Key);
  await s3.deleteObject({ Bucket, Key: 'dir/2' });
  const page = await s3.listObjectVersions({ Bucket, Delimiter: '/' });
  expect(page.CommonPrefixes).toEqual([{ Prefix: 'dir/' }]);
  expect(page.Versions!.map(({ Key }) => Key)).toEqual(['top']);
  expect(page.DeleteMarkers).toBeUndefined();
});

test('ids that nobody gave out', async () => {
  await versioning('Enabled');
  await put('x');
  await expect(textOf('made-up')).rejects.toMatchObject({
    name: 'InvalidArgument',
    message: 'Invalid version id specified',
  });
  const empty = await fetch(`${runtime.endpoint}/${Bucket}/k?versionId=`);
  expect(await empty.text()).toContain('Version id cannot be the empty string');
});

test('tags and conditions are about one version', async () => {
  await versioning('Enabled');
  const first = await put('first');
  await put('second');
  await s3.putObjectTagging({
    Bucket,
    Key: 'k',
    VersionId: first,
    Tagging: { TagSet: [{ Key: 'a', Value: '1' }] },
  });
  expect((await s3.getObjectTagging({ Bucket, Key: 'k' })).TagSet).toEqual([]);
  expect((await s3.getObjectTagging({ Bucket, Key: 'k', VersionId: first })).TagSet).toHaveLength(1);
});

test('versioning has two states and no third', async () => {
  await expect(s3.putBucketVersioning({ Bucket, VersioningConfiguration: {} })).rejects.toMatchObject({
    name: 'IllegalVersioningConfigurationException',
  });
  await expect(
    s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'enabled' as 'Enabled' } }),
  ).rejects.toMatchObject({ name: 'MalformedXML' });
});
