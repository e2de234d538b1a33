import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CompletedPart, S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';

const Bucket = 'uploads';
const MIB = 1024 * 1024;

let runtime: TestRuntime;
let s3: S3;

beforeAll(async () => {
  runtime = await startTestRuntime();
  s3 = new S3({ ...runtime.clientConfig, requestChecksumCalculation: 'WHEN_REQUIRED' });
  await s3.createBucket({ Bucket });
});
afterAll(() => runtime[Symbol.asyncDispose]());

async function begin(Key: string, options: object = {}): Promise<string> {
  return (await s3.createMultipartUpload({ Bucket, Key, ...options })).UploadId!;
}

/** Uploads parts and answers what completing wants of them. */
async function upload(
  Key: string,
  UploadId: string,
  bodies: readonly (Buffer | string)[],
  options: object = {},
): Promise<CompletedPart[]> {
  return await Promise.all(
    bodies.map(async (Body, index) => {
      const PartNumber = index + 1;
      const part = await s3.uploadPart({ Bucket, Key, UploadId, PartNumber, Body, ...options });
      const { ETag, ChecksumSHA256, ChecksumCRC32 } = part;
      return { PartNumber, ETag, ChecksumSHA256, ChecksumCRC32 };
    }),
  );
}

function complete(Key: string, UploadId: string, Parts: CompletedPart[], options: object = {}) {
  return s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...options });
}

const LARGE = [Buffer.alloc(5 * MIB, 'one'), Buffer.alloc(5 * MIB, 'two'), Buffer.from('three')];

test('parts become one object', async () => {
  const UploadId = await begin('whole', { ContentType: 'text/csv', Metadata: { a: '1' }, Tagging: 't=1' });
  const parts = await upload('whole', UploadId, LARGE);
  const done = await complete('whole', UploadId, parts);
  const md5s = LARGE.map((part) => createHash('md5').update(part).digest());
  const etag = `"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-3"`;
  expect(done).toMatchObject({ Bucket, Key: 'whole', ETag: etag, ChecksumType: 'FULL_OBJECT' });
  expect(done.Location).toBe(`${runtime.endpoint}/${Bucket}/whole`);
  const got = await s3.getObject({ Bucket, Key: 'whole' });
  expect(got).toMatchObject({ ETag: etag, ContentType: 'text/csv', Metadata: { a: '1' }, TagCount: 1 });
  expect(Buffer.concat(LARGE).equals(await got.Body!.transformToByteArray())).toBe(true);
  const second = await s3.getObject({ Bucket, Key: 'whole', PartNumber: 2 });
  expect(second).toMatchObject({ PartsCount: 3, ContentLength: 5 * MIB });
  expect(LARGE[1]!.equals(await second.Body!.transformToByteArray())).toBe(true);
  await expect(s3.headObject({ Bucket, Key: 'whole', PartNumber: 4 })).rejects.toMatchObject({
    $metadata: { httpStatusCode: 416 },
  });
  await expect(s3.listParts({ Bucket, Key: 'whole', UploadId })).rejects.toMatchObject({
    name: 'NoSuchUpload',
  });
  await expect.poll(() => readdirSync(join(runtime.config.stateFolder, 'objects'))).not.toContain(UploadId);
});

test('completing again answers the same, as long as the object is that', async () => {
  const UploadId = await begin('repeated');
  const parts = await upload('repeated', UploadId, ['x']);
  const first = await complete('repeated', UploadId, parts);
  const again = await complete('repeated', UploadId, parts);
  expect({ ...again, $metadata: 0 }).toEqual({ ...first, $metadata: 0 });
  await s3.putObject({ Bucket, Key: 'repeated', Body: 'other' });
  await expect(complete('repeated', UploadId, parts)).rejects.toMatchObject({ name: 'NoSuchUpload' });
});

test('a part may be uploaded again; the last one counts', async () => {
  const UploadId = await begin('twice');
  const [old] = await upload('twice', UploadId, ['old']);
  const [part] = await upload('twice', UploadId, ['new']);
  await expect(complete('twice', UploadId, [old!])).rejects.toMatchObject({
    name: 'InvalidPart',
    PartNumber: '1',
    UploadId,
  });
  await complete('twice', UploadId, [part!]);
  expect(await (await s3.getObject({ Bucket, Key: 'twice' })).Body!.transformToString()).toBe('new');
});

test('lists of parts that S3 refuses', async () => {
  const UploadId = await begin('refused');
  const parts = await upload('refused', UploadId, ['small', 'last']);
  const [first, second] = parts as [CompletedPart, CompletedPart];
  await expect(complete('refused', UploadId, parts)).rejects.toMatchObject({
    name: 'EntityTooSmall',
    MinSizeAllowed: String(5 * MIB),
    ProposedSize: '5',
    PartNumber: '1',
  });
  await expect(complete('refused', UploadId, [second, first])).rejects.toMatchObject({
    name: 'InvalidPartOrder',
  });
  await expect(complete('refused', UploadId, [{ ...first, PartNumber: 7 }])).rejects.toMatchObject({
    name: 'InvalidPart',
  });
  await expect(complete('refused', UploadId, [])).rejects.toMatchObject({ name: 'MalformedXML' });
  await expect(complete('refused', 'no-such-upload', parts)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  for (const PartNumber of [0, 10_001]) {
    await expect(
      s3.uploadPart({ Bucket, Key: 'refused', UploadId, PartNumber, Body: '' }),
    ).rejects.toMatchObject({
      name: 'InvalidArgument',
      message: 'Part number must be an integer between 1 and 10000, inclusive',
    });
  }
  await complete('refused', UploadId, [second]);
  expect((await s3.headObject({ Bucket, Key: 'refused' })).ContentLength).toBe(4);
});

test('an aborted upload leaves nothing', async () => {
  const UploadId = await begin('aborted');
  await upload('aborted', UploadId, ['x']);
  await s3.abortMultipartUpload({ Bucket, Key: 'aborted', UploadId });
  await expect(
    s3.uploadPart({ Bucket, Key: 'aborted', UploadId, PartNumber: 2, Body: 'y' }),
  ).rejects.toMatchObject({ name: 'NoSuchUpload' });
  await expect(s3.headObject({ Bucket, Key: 'aborted' })).rejects.toMatchObject({ name: 'NotFound' });
  const folder = join(runtime.config.stateFolder, 'objects', '.uploads');
  await expect.poll(() => readdirSync(folder)).not.toContain(UploadId);
});

test('parts are listed in pages', async () => {
  const UploadId = await begin('paged');
  await upload('paged', UploadId, ['1', '22', '333']);
  const first = await s3.listParts({ Bucket, Key: 'paged', UploadId, MaxParts: 2 });
  expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2', MaxParts: 2 });
  expect(first.Parts!.map(({ Size }) => Size)).toEqual([1, 2]);
  const rest = await s3.listParts({
    Bucket,
    Key: 'paged',
    UploadId,
    PartNumberMarker: first.NextPartNumberMarker,
  });
  expect(rest.Parts).toMatchObject([{ PartNumber: 3, ETag: '"310dcbbf4cce62f762a2aaa148d556bd"' }]);
  expect(rest.IsTruncated).toBe(false);
});

test('parts are copied from objects, whole or a range', async () => {
  await s3.putObject({ Bucket, Key: 'source', Body: LARGE[0] });
  const UploadId = await begin('copied');
  const copy = (PartNumber: number, CopySourceRange?: string) =>
    s3.uploadPartCopy({
      Bucket,
      Key: 'copied',
      UploadId,
      PartNumber,
      CopySource: `${Bucket}/source`,
      CopySourceRange,
    });
  const whole = await copy(1);
  const range = await copy(2, 'bytes=3-7');
  await complete('copied', UploadId, [
    { PartNumber: 1, ETag: whole.CopyPartResult?.ETag },
    { PartNumber: 2, ETag: range.CopyPartResult?.ETag },
  ]);
  const tail = await s3.getObject({ Bucket, Key: 'copied', Range: 'bytes=-5' });
  expect(await tail.Body!.transformToString()).toBe(LARGE[0]!.subarray(3, 8).toString());
  const other = await begin('copied');
  for (const [range, name] of [
    ['bytes=0-99999999', 'InvalidArgument'],
    ['bytes=7-3', 'InvalidArgument'],
    ['0-3', 'InvalidArgument'],
    ['bytes=99999999-', 'InvalidArgument'],
  ] as const) {
    const copying = s3.uploadPartCopy({
      Bucket,
      Key: 'copied',
      UploadId: other,
      PartNumber: 1,
      CopySource: `${Bucket}/source`,
      CopySourceRange: range,
    });
    await expect(copying).rejects.toMatchObject({ name });
  }
});

test('a composite checksum is made of the parts’ checksums', async () => {
  const UploadId = await begin('composite', { ChecksumAlgorithm: 'SHA256' });
  const bodies = [LARGE[0]!, LARGE[2]!];
  const parts = await upload('composite', UploadId, bodies, { ChecksumAlgorithm: 'SHA256' });
  const done = await complete('composite', UploadId, parts);
  const digests = bodies.map((body) => createHash('sha256').update(body).digest());
  const expected = `${createHash('sha256').update(Buffer.concat(digests)).digest('base64')}-2`;
  expect(done).toMatchObject({ ChecksumSHA256: expected, ChecksumType: 'COMPOSITE' });
  const head = await s3.headObject({ Bucket, Key: 'composite', ChecksumMode: 'ENABLED' });
  expect(head.ChecksumSHA256).toBe(expected);
  const attributes = await s3.getObjectAttributes({
    Bucket,
    Key: 'composite',
    ObjectAttributes: ['Checksum', 'ObjectParts', 'ObjectSize', 'ETag', 'StorageClass'],
  });
  expect(attributes).toMatchObject({
    Checksum: { ChecksumSHA256: expected.slice(0, -2), ChecksumType: 'COMPOSITE' },
    ObjectSize: 5 * MIB + 5,
    StorageClass: 'STANDARD',
    ObjectParts: {
      TotalPartsCount: 2,
      Parts: [
        { PartNumber: 1, ChecksumSHA256: digests[0]!.toString('base64') },
        { PartNumber: 2, ChecksumSHA256: digests[1]!.toString('base64') },
      ],
    },
  });
});

test('a full checksum of parts is that of the object', async () => {
  const UploadId = await begin('full', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
  const bodies = [LARGE[1]!, LARGE[2]!];
  const parts = await upload('full', UploadId, bodies, { ChecksumAlgorithm: 'CRC32' });
  await s3.putObject({ Bucket, Key: 'reference', Body: Buffer.concat(bodies), ChecksumAlgorithm: 'CRC32' });
  const reference = await s3.headObject({ Bucket, Key: 'reference', ChecksumMode: 'ENABLED' });
  const done = await complete('full', UploadId, parts, { ChecksumCRC32: reference.ChecksumCRC32 });
  expect(done).toMatchObject({ ChecksumCRC32: reference.ChecksumCRC32, ChecksumType: 'FULL_OBJECT' });
});

test('faults of checksums of uploads', async () => {
  await expect(begin('k', { ChecksumAlgorithm: 'SHA1', ChecksumType: 'FULL_OBJECT' })).rejects.toThrow(
    'The FULL_OBJECT checksum type cannot be used with the sha1 checksum algorithm.',
  );
  await expect(begin('k', { ChecksumType: 'COMPOSITE' })).rejects.toMatchObject({ name: 'InvalidRequest' });
  const UploadId = await begin('k', { ChecksumAlgorithm: 'SHA256' });
  await expect(upload('k', UploadId, ['x'], { ChecksumAlgorithm: 'CRC32' })).rejects.toThrow(
    'Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32',
  );
  const parts = await upload('k', UploadId, ['x'], { ChecksumAlgorithm: 'SHA256' });
  const bare = parts.map(({ ETag, PartNumber }) => ({ ETag, PartNumber }));
  await expect(complete('k', UploadId, bare)).rejects.toThrow('It was missing for part 1 in the request.');
  await expect(
    complete('k', UploadId, parts, { ChecksumSHA256: `${'A'.repeat(43)}=` }),
  ).rejects.toMatchObject({ name: 'BadDigest' });
  await expect(complete('k', UploadId, parts, { MpuObjectSize: 99 })).rejects.toMatchObject({
    name: 'InvalidRequest',
  });
});

test('completing may demand that the key is new, and finds what happened meanwhile', async () => {
  const UploadId = await begin('conditional');
  const parts = await upload('conditional', UploadId, ['x']);
  await s3.putObject({ Bucket, Key: 'conditional', Body: 'meanwhile' });
  await expect(complete('conditional', UploadId, parts, { IfNoneMatch: '*' })).rejects.toMatchObject({
    name: 'PreconditionFailed',
  });
  const { ETag } = await s3.headObject({ Bucket, Key: 'conditional' });
  await expect(complete('conditional', UploadId, parts, { IfMatch: ETag })).rejects.toMatchObject({
    name: 'ConditionalRequestConflict',
  });
  await complete('conditional', UploadId, parts);
});

test('of many that complete one upload at once, all see one object', async () => {
  const UploadId = await begin('at-once');
  const parts = await upload('at-once', UploadId, LARGE);
  const results = await Promise.allSettled([1, 2, 3].map(() => complete('at-once', UploadId, parts)));
  const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.name] : []));
  expect(refusals.filter((name) => name !== 'OperationAborted')).toEqual([]);
  expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
  const { Body } = await s3.getObject({ Bucket, Key: 'at-once' });
  expect(Buffer.concat(LARGE).equals(await Body!.transformToByteArray())).toBe(true);
});
