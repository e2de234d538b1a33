import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { S3 } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readNotice } from '../../store/state-lock.ts';
import { startTestRuntime } from '../../testing/test-runtime.ts';

const Bucket = 'durable';
const MIB = 1024 * 1024;
const PATIENCE = { timeout: 20_000 };

// Hundreds of megabytes go through a disk that others may be using.
vi.setConfig({ testTimeout: 180_000 });

let folder: string;
let state: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-s3-'));
  state = join(folder, 'state');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const life = () => startTestRuntime({ stateFolder: state });

/** A runtime in a process of its own. */
async function childLife(): Promise<{ child: ChildProcess; endpoint: string; s3: S3 }> {
  const program = fileURLToPath(new URL('../../testing/run-runtime.ts', import.meta.url));
  const child = spawn(process.execPath, ['-C', 'source', program, state], { stdio: 'inherit' });
  const { endpoint } = await vi.waitUntil(() => readNotice(state), { timeout: 90_000 });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { child, endpoint, s3: new S3({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 }) };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await new Promise((resolve) => child.on('close', resolve));
}

/** The files of blobs, below the objects' folder. */
function blobFiles(): string[] {
  return readdirSync(join(state, 'objects'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(state, 'objects', path)).isFile(),
  );
}

/** Begins an upload and sends less of it than announced. */
function beginPut(endpoint: string, path: string, announced: number, sent: Buffer) {
  const sending = request(`${endpoint}${path}`, {
    method: 'PUT',
    headers: { 'content-length': announced },
  });
  const ended = new Promise((resolve) => sending.on('error', resolve).on('close', resolve));
  const written = new Promise<void>((resolve) => sending.write(sent, () => resolve()));
  return { sending, ended, written };
}

test('objects, versions and uploads under way are there after a restart', async () => {
  let UploadId: string | undefined;
  let ETag: string | undefined;
  let VersionId: string | undefined;
  {
    await using first = await life();
    const s3 = new S3(first.clientConfig);
    await s3.createBucket({ Bucket });
    await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } });
    ({ VersionId } = await s3.putObject({ Bucket, Key: 'k', Body: 'old', Metadata: { a: '1' } }));
    await s3.putObject({ Bucket, Key: 'k', Body: 'new' });
    ({ UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'parts' }));
    ({ ETag } = await s3.uploadPart({ Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'part' }));
  }
  await using second = await life();
  const s3 = new S3(second.clientConfig);
  const textOf = async (Key: string, version?: string) =>
    (await s3.getObject({ Bucket, Key, VersionId: version })).Body!.transformToString();
  expect(await textOf('k')).toBe('new');
  expect(await textOf('k', VersionId)).toBe('old');
  expect((await s3.headObject({ Bucket, Key: 'k', VersionId })).Metadata).toEqual({ a: '1' });
  await s3.completeMultipartUpload({
    Bucket,
    Key: 'parts',
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
  });
  expect(await textOf('parts')).toBe('part');
});

test.each([
  ['small', 1000],
  ['large', 3 * MIB],
])('a client that goes away in the middle of a %s object leaves the old one', async (_name, size) => {
  await using runtime = await life();
  const s3 = new S3(runtime.clientConfig);
  await s3.createBucket({ Bucket });
  await s3.putObject({ Bucket, Key: 'k', Body: 'old' });
  const { sending, ended, written } = beginPut(
    runtime.endpoint,
    `/${Bucket}/k`,
    2 * size,
    Buffer.alloc(size),
  );
  await written;
  sending.destroy();
  await ended;
  await expect.poll(() => readdirSync(join(state, 'objects', '.incoming')), PATIENCE).toEqual([]);
  expect(await (await s3.getObject({ Bucket, Key: 'k' })).Body!.transformToString()).toBe('old');
  await s3.deleteObject({ Bucket, Key: 'k' });
  await expect.poll(blobFiles, PATIENCE).toEqual([]);
});

test.each([
  ['small', 1000],
  ['large', 3 * MIB],
])('reading a %s object whose file somebody took away or cut is an error that says so', async (_, size) => {
  await using runtime = await life();
  const s3 = new S3({ ...runtime.clientConfig, maxAttempts: 1 });
  await s3.createBucket({ Bucket });
  await s3.putObject({ Bucket, Key: 'k', Body: Buffer.alloc(size) });
  const [name = ''] = readdirSync(join(state, 'objects', Bucket));
  const file = join(state, 'objects', Bucket, name);
  for (const [harm, what] of [
    [() => truncateSync(file, size - 1), 'is shorter than what was written to it'],
    [() => rmSync(file), 'is gone'],
  ] as const) {
    harm();
    const failure = { name: 'InternalError', message: expect.stringContaining(`${file} ${what}`) };
    await expect(s3.getObject({ Bucket, Key: 'k' })).rejects.toMatchObject(failure);
    const CopySource = `${Bucket}/k`;
    await expect(s3.copyObject({ Bucket, Key: 'copy', CopySource })).rejects.toMatchObject(failure);
  }
  expect((await s3.headObject({ Bucket, Key: 'k' })).ContentLength).toBe(size);
  await s3.putObject({ Bucket, Key: 'k', Body: 'again' });
  expect(await (await s3.getObject({ Bucket, Key: 'k' })).Body!.transformToString()).toBe('again');
});

test('a runtime that is killed while it writes has every object whole, none older than it said', async () => {
  const keys = Array.from({ length: 12 }, (_, index) => `key/${index}`);
  const acknowledged = new Map<string, number>();
  const bodyOf = (key: string, version: number) =>
    Buffer.alloc(version % 3 === 0 ? 600_000 : 5000, `${key} ${version} `);
  const { child, endpoint, s3 } = await childLife();
  await s3.createBucket({ Bucket });
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'parts' });
  await s3.uploadPart({ Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'part' });
  let killed = false;
  const writers = keys.map(async (Key) => {
    for (let version = 1; !killed; version++) {
      try {
        await s3.putObject({
          Bucket,
          Key,
          Body: bodyOf(Key, version),
          Metadata: { version: String(version) },
        });
        acknowledged.set(Key, version);
      } catch (error) {
        if (!killed) throw error;
      }
    }
  });
  const half = beginPut(endpoint, `/${Bucket}/key/0`, 8 * MIB, Buffer.alloc(4 * MIB, 'half'));
  await vi.waitUntil(() => keys.every((key) => (acknowledged.get(key) ?? 0) >= 4), { timeout: 90_000 });
  killed = true;
  await kill(child);
  await Promise.all([...writers, half.ended]);
  // What a crash between a file and its row leaves, besides what this one did.
  const orphan = join(state, 'objects', Bucket, 'orphan~aaaaaaaaaaaa.csv');
  writeFileSync(orphan, 'orphan');

  await using second = await life();
  const after = new S3(second.clientConfig);
  const { Contents = [] } = await after.listObjectsV2({ Bucket });
  expect(Contents.map(({ Key }) => Key)).toEqual([...keys].sort());
  for (const key of keys) {
    const { Body, Metadata, ETag } = await after.getObject({ Bucket, Key: key });
    const bytes = Buffer.from(await Body!.transformToByteArray());
    const version = Number(Metadata!['version']);
    expect(version).toBeGreaterThanOrEqual(acknowledged.get(key)!);
    expect(bytes.equals(bodyOf(key, version))).toBe(true);
    expect(ETag).toBe(`"${createHash('md5').update(bytes).digest('hex')}"`);
  }
  // The objects and the part have files, and nothing else has.
  await expect.poll(() => blobFiles().length, { timeout: 90_000 }).toBe(keys.length + 1);
  expect(existsSync(orphan)).toBe(false);
  await after.abortMultipartUpload({ Bucket, Key: 'parts', UploadId });
});

test.skipIf(!existsSync('/proc/self/status'))('large objects pass through in bounded memory', async () => {
  const { child, s3 } = await childLife();
  try {
    await s3.createBucket({ Bucket });
    const block = randomBytes(MIB);
    const total = 200;
    const blocks = function* () {
      for (let index = 0; index < total; index++) yield block;
    };
    const Body = Readable.from(blocks());
    await s3.putObject({ Bucket, Key: 'k', Body, ContentLength: total * MIB });
    const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: 'parts' });
    const parts = [1, 2].map(async (PartNumber) => {
      const CopySource = `${Bucket}/k`;
      const { CopyPartResult } = await s3.uploadPartCopy({
        Bucket,
        Key: 'parts',
        UploadId,
        PartNumber,
        CopySource,
      });
      return { PartNumber, ETag: CopyPartResult?.ETag };
    });
    const MultipartUpload = { Parts: await Promise.all(parts) };
    await s3.completeMultipartUpload({ Bucket, Key: 'parts', UploadId, MultipartUpload });
    const answer = await s3.getObject({ Bucket, Key: 'parts' });
    let size = 0;
    for await (const piece of answer.Body as Readable) size += (piece as Buffer).length;
    expect(size).toBe(2 * total * MIB);
    const [, peak] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))!;
    expect(Number(peak) / 1024).toBeLessThan(300);
  } finally {
    await kill(child);
  }
});
