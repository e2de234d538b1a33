import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3 } from '@aws-sdk/client-s3';
import { SQS } from '@aws-sdk/client-sqs';
import { STS } from '@aws-sdk/client-sts';
import { expect, onTestFinished, test } from 'vitest';
import { startTestRuntime } from './index.ts';

test('a reset and a restore leave the endpoint, so that clients go on', async () => {
  await using runtime = await startTestRuntime({ account: '123456789012', region: 'eu-central-1' });
  const { endpoint } = runtime;
  const s3 = new S3(runtime.clientConfig);
  const buckets = async () => (await s3.listBuckets()).Buckets?.map(({ Name }) => Name);
  await s3.createBucket({
    Bucket: 'base',
    CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
  });
  const folder = mkdtempSync(join(tmpdir(), 'slipway-test-kit-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const base = join(folder, 'base.zip');
  await runtime.snapshot(base);

  await runtime.reset();
  expect(await buckets()).toEqual([]);
  await runtime.restore(base);
  expect(await buckets()).toEqual(['base']);
  expect(runtime.endpoint).toBe(endpoint);
  expect((await new STS(runtime.clientConfig).getCallerIdentity()).Account).toBe('123456789012');
});

test('time put forward makes due what was set before', async () => {
  await using runtime = await startTestRuntime();
  const sqs = new SQS(runtime.clientConfig);
  const { QueueUrl } = await sqs.createQueue({ QueueName: 'later' });
  await sqs.sendMessage({ QueueUrl, MessageBody: 'now', DelaySeconds: 900 });
  expect((await sqs.receiveMessage({ QueueUrl })).Messages).toBeUndefined();
  const waiting = sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 });
  runtime.advanceTime(15 * 60 * 1000);
  const { Messages = [] } = await waiting;
  // The waiting call's own time may be over before the message is seen: the next one finds it.
  const [message] =
    Messages.length > 0 ? Messages : ((await sqs.receiveMessage({ QueueUrl })).Messages ?? []);
  expect(message?.Body).toBe('now');
});
