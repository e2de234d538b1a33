import { createHash } from 'node:crypto';
import { type ChecksumAlgorithm, S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';

const Bucket = 'integrity';

let runtime: TestRuntime;
let s3: S3;

beforeAll(async () => {
  runtime = await startTestRuntime();
  s3 = new S3({ ...runtime.clientConfig, requestChecksumCalculation: 'WHEN_REQUIRED' });
  await s3.createBucket({ Bucket });
});
afterAll(() => runtime[Symbol.asyncDispose]());

function put(key: string, body: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${runtime.endpoint}/${Bucket}/${key}`, { method: 'PUT', body, headers });
}

/** A body as the SDKs frame it, with a trailer. */
function framed(
  chunks: readonly string[],
  trailer: string,
): { body: string; headers: Record<string, string> } {
  const frames = [...chunks, ''].map(
    (chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk && `${chunk}\r\n`}`,
  );
  return {
    body: `${frames.join('')}${trailer}\r\n\r\n`,
    headers: {
      'content-encoding': 'aws-chunked',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': String(Buffer.byteLength(chunks.join(''))),
      'x-amz-trailer': trailer.split(':')[0]!,
    },
  };
}

// Of the text `123456789`, with which such algorithms are documented.
const REFERENCE = {
  CRC32: 'y/Q5Jg==',
  CRC32C: '4waSgw==',
  CRC64NVME: 'rosUhgp5mIg=',
  SHA1: '98O8HYCOBHMq32eZZczDTKeuNEE=',
  SHA256: 'FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=',
} as const satisfies Partial<Record<ChecksumAlgorithm, string>>;

test.each(Object.entries(REFERENCE))(
  '%s is computed, checked, kept and answered',
  async (algorithm, value) => {
    const member = `Checksum${algorithm}`;
    const header = `x-amz-checksum-${algorithm.toLowerCase()}`;
    const good = await put(algorithm, '123456789', { [header]: value });
    expect(good.headers.get(header)).toBe(value);
    expect(good.headers.get('x-amz-checksum-type')).toBe('FULL_OBJECT');
    const head = await s3.headObject({ Bucket, Key: algorithm, ChecksumMode: 'ENABLED' });
    expect(head).toMatchObject({ [member]: value, ChecksumType: 'FULL_OBJECT' });
    expect(await s3.headObject({ Bucket, Key: algorithm })).not.toHaveProperty(member);

    const bad = await put(algorithm, '12345678X', { [header]: value });
    expect(bad.status).toBe(400);
    expect(await bad.text()).toContain(
      `<Code>BadDigest</Code><Message>The ${algorithm} you specified did not match the calculated checksum.</Message>`,
    );
    const nonsense = await put(algorithm, '123456789', { [header]: 'nonsense' });
    expect(await nonsense.text()).toContain(`Value for ${header} header is invalid.`);
    const kept = await s3.getObject({ Bucket, Key: algorithm });
    expect(await kept.Body!.transformToString()).toBe('123456789');
  },
);

test.each(Object.entries(REFERENCE))('%s behind a framed body', async (algorithm, value) => {
  const name = `x-amz-checksum-${algorithm.toLowerCase()}`;
  const good = framed(['12345', '6789'], `${name}:${value}`);
  expect((await put('framed', good.body, good.headers)).status).toBe(200);
  const head = await s3.headObject({ Bucket, Key: 'framed', ChecksumMode: 'ENABLED' });
  expect(head).toMatchObject({ ContentLength: 9, [`Checksum${algorithm}`]: value });
  expect(head.ContentEncoding).toBeUndefined();
  const bad = framed(['12345', '678X'], `${name}:${value}`);
  const refused = await put('framed', bad.body, bad.headers);
  expect(await refused.text()).toContain('<Code>BadDigest</Code>');
  const object = await s3.getObject({ Bucket, Key: 'framed' });
  expect(await object.Body!.transformToString()).toBe('123456789');
});

test('a client that names no checksum gets CRC64NVME', async () => {
  await put('bare', '123456789', {});
  const head = await s3.headObject({ Bucket, Key: 'bare', ChecksumMode: 'ENABLED' });
  expect(head.ChecksumCRC64NVME).toBe(REFERENCE.CRC64NVME);
});

test('a range has no checksum of the whole', async () => {
  await put('ranged', '123456789', {});
  const part = await s3.getObject({ Bucket, Key: 'ranged', Range: 'bytes=0-2', ChecksumMode: 'ENABLED' });
  expect(part.ChecksumCRC64NVME).toBeUndefined();
});

test('Content-MD5 is checked', async () => {
  const md5 = createHash('md5').update('hello').digest('base64');
  expect((await put('md5', 'hello', { 'content-md5': md5 })).status).toBe(200);
  const wrong = await put('md5', 'other', { 'content-md5': md5 });
  expect(wrong.status).toBe(400);
  expect(await wrong.text()).toContain('The Content-MD5 you specified did not match what we received.');
  const invalid = await put('md5', 'hello', { 'content-md5': 'short' });
  expect(await invalid.text()).toContain('<Code>InvalidDigest</Code>');
});

test('several checksums, or one that does not fit what is announced, are refused', async () => {
  const two = await put('two', '123456789', {
    'x-amz-checksum-crc32': REFERENCE.CRC32,
    'x-amz-checksum-sha1': REFERENCE.SHA1,
  });
  expect(await two.text()).toContain('Expecting a single x-amz-checksum- header.');
  const other = await put('two', '123456789', {
    'x-amz-checksum-crc32': REFERENCE.CRC32,
    'x-amz-sdk-checksum-algorithm': 'SHA1',
  });
  expect(await other.text()).toContain('Value for x-amz-sdk-checksum-algorithm header is invalid.');
});

test('a framed body that is shorter than announced is refused', async () => {
  const { body, headers } = framed(['12345'], `x-amz-checksum-crc32:${REFERENCE.CRC32}`);
  const refused = await put('short', body, { ...headers, 'x-amz-decoded-content-length': '9' });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('<Code>IncompleteBody</Code>');
  await expect(s3.headObject({ Bucket, Key: 'short' })).rejects.toMatchObject({ name: 'NotFound' });
});

test('attributes of an object', async () => {
  await put('attributes', '123456789', {});
  const wanted = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'] as const;
  const answer = await s3.getObjectAttributes({ Bucket, Key: 'attributes', ObjectAttributes: [...wanted] });
  expect(answer).toMatchObject({
    ETag: '25f9e794323b453885f5181f1b624d0b',
    ObjectSize: 9,
    StorageClass: 'STANDARD',
    Checksum: { ChecksumCRC64NVME: REFERENCE.CRC64NVME, ChecksumType: 'FULL_OBJECT' },
  });
  expect(answer.ObjectParts).toBeUndefined();
  await expect(
    s3.getObjectAttributes({ Bucket, Key: 'attributes', ObjectAttributes: ['Wrong' as 'ETag'] }),
  ).rejects.toMatchObject({ name: 'InvalidArgument', message: 'Invalid attribute name specified.' });
});
