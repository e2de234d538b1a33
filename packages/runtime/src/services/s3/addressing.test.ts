import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { hostSegment } from './addressing.ts';

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime();
  const s3 = new S3(runtime.clientConfig);
  await s3.createBucket({ Bucket: 'by-host' });
  await s3.putObject({ Bucket: 'by-host', Key: 'folder/k', Body: 'found' });
});
afterAll(() => runtime[Symbol.asyncDispose]());

/** Asks the runtime under another name. */
function ask(host: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(`${runtime.endpoint}${path}`, { headers: { host } }, (answer) => resolve(text(answer))).on(
      'error',
      reject,
    );
  });
}

test.each([
  ['bucket.s3.amazonaws.com', 'bucket'],
  ['bucket.s3.eu-west-1.amazonaws.com', 'bucket'],
  ['bucket.s3-eu-west-1.amazonaws.com', 'bucket'],
  ['bucket.s3.dualstack.us-east-1.amazonaws.com', 'bucket'],
  ['dotted.bucket.s3.us-east-1.amazonaws.com', 'dotted.bucket'],
  ['bucket.s3.localhost', 'bucket'],
  ['bucket.s3.localhost.localstack.cloud', 'bucket'],
  ['bucket.localhost', 'bucket'],
  ['bucket.127.0.0.1', 'bucket'],
  ['localhost', undefined],
  ['127.0.0.1', undefined],
  ['s3.amazonaws.com', undefined],
  ['s3.localhost', undefined],
  ['s3.eu-west-1.amazonaws.com', undefined],
  ['example.com', undefined],
])('the host %s stands for the bucket %s', (host, bucket) => {
  expect(hostSegment(host)).toBe(bucket);
});

test('objects and lists are found by the host’s name', async () => {
  expect(await ask('by-host.s3.localhost', '/folder/k')).toBe('found');
  expect(await ask('by-host.s3.us-east-1.amazonaws.com', '/folder/k')).toBe('found');
  expect(await ask('by-host.s3.localhost', '/?list-type=2')).toContain('<Key>folder/k</Key>');
  expect(await ask('by-host.s3.localhost', '/none')).toContain('NoSuchKey');
});

test('the SDK addresses buckets by host where the endpoint has a name', async () => {
  const s3 = new S3({
    ...runtime.clientConfig,
    endpoint: runtime.endpoint.replace('127.0.0.1', 'localhost'),
    forcePathStyle: true,
  });
  expect((await s3.listObjectsV2({ Bucket: 'by-host' })).KeyCount).toBe(1);
});
