import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SQS } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readNotice } from '../../store/state-lock.ts';
import { startTestRuntime } from '../../testing/test-runtime.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-queues-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('after a kill every answered message is there, and receipts are good', async () => {
  const program = fileURLToPath(new URL('../../testing/run-runtime.ts', import.meta.url));
  const killed = spawn(process.execPath, ['-C', 'source', program, folder], { stdio: 'inherit' });
  const { endpoint } = await vi.waitUntil(() => readNotice(folder), { timeout: 20_000 });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const first = new SQS({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  const { QueueUrl = '' } = await first.createQueue({ QueueName: 'lasting' });
  await first.sendMessage({ QueueUrl, MessageBody: 'held' });
  const { Messages } = await first.receiveMessage({ QueueUrl });
  const answered: string[] = [];
  const sender = async (name: number) => {
    for (let number = 0; ; number++) {
      const MessageBody = `${name}-${number}`;
      await first.sendMessage({ QueueUrl, MessageBody });
      answered.push(MessageBody);
      if (answered.length === 100) killed.kill('SIGKILL');
    }
  };
  await Promise.allSettled([1, 2, 3, 4].map(sender));

  await using second = await startTestRuntime({ stateFolder: folder });
  const sqs = new SQS(second.clientConfig);
  const url = (await sqs.getQueueUrl({ QueueName: 'lasting' })).QueueUrl;
  await sqs.deleteMessage({ QueueUrl: url, ReceiptHandle: Messages?.[0]?.ReceiptHandle });
  const found = new Set<string | undefined>();
  for (;;) {
    const { Messages: some } = await sqs.receiveMessage({ QueueUrl: url, MaxNumberOfMessages: 10 });
    if (!some) break;
    for (const { Body } of some) found.add(Body);
  }
  expect(answered.length).toBeGreaterThanOrEqual(100);
  expect(answered.filter((body) => !found.has(body))).toEqual([]);
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl: url, AttributeNames: ['All'] });
  expect(Attributes?.['ApproximateNumberOfMessagesNotVisible']).toBe(String(found.size));
});
