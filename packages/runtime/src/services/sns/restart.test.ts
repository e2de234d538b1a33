import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readNotice } from '../../store/state-lock.ts';
import { startTestRuntime } from '../../testing/test-runtime.ts';
import { TopicTests } from './testing.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-topics-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('after a kill every answered message reaches its queues, each once', async () => {
  const program = fileURLToPath(new URL('../../testing/run-runtime.ts', import.meta.url));
  const killed = spawn(process.execPath, ['-C', 'source', program, folder], { stdio: 'inherit' });
  const { endpoint } = await vi.waitUntil(() => readNotice(folder), { timeout: 20_000 });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const clientConfig = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
  const first = new TopicTests({ clientConfig });
  const TopicArn = await first.topic();
  await first.subscribed(TopicArn, { RawMessageDelivery: 'true' });
  await first.subscribed(TopicArn, { RawMessageDelivery: 'true' });
  const answered: string[] = [];
  const publisher = async (name: number) => {
    for (let number = 0; ; number++) {
      const Message = `${name}-${number}`;
      await first.sns.publish({ TopicArn, Message });
      answered.push(Message);
      if (answered.length === 60) killed.kill('SIGKILL');
    }
  };
  await Promise.allSettled([1, 2, 3, 4].map(publisher));

  await using second = await startTestRuntime({ stateFolder: folder });
  const tests = new TopicTests(second);
  for (const name of ['queue-2', 'queue-3']) {
    const { QueueUrl = '' } = await tests.sqs.getQueueUrl({ QueueName: name });
    const received = await tests.receive(QueueUrl, answered.length);
    const bodies = received.map(({ Body }) => Body);
    expect(answered.filter((message) => !bodies.includes(message))).toEqual([]);
    expect(new Set(bodies).size).toBe(bodies.length);
  }
});
