import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { IAM } from '@aws-sdk/client-iam';
import { S3 } from '@aws-sdk/client-s3';
import { SFN } from '@aws-sdk/client-sfn';
import { SQS } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ZipFile } from 'yazl';
import { restore, snapshotOf } from '../index.ts';
import { startTestRuntime, type TestRuntime } from '../testing/test-runtime.ts';
import { saveSnapshot } from './save.ts';
import { holdingService } from './testing/holding-service.ts';

// Keys that are no good file names, or differ in case only.
const KEYS = [
  'a/../b',
  'a//b/',
  'name',
  'NAME',
  'ümläut 日本 😀.csv',
  `${'long'.repeat(250)}.txt`,
  'C:\\x',
  '-rf *',
];
const LARGE = randomBytes(30 << 20);

let root: string;
let state: string;
let file: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-snapshot-'));
  state = join(root, 'state');
  file = join(root, 'state.zip');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('what a running runtime holds is there after a restore: executions, messages, objects of any name and size', async () => {
  await using first = await startTestRuntime({ stateFolder: state });
  const s3 = new S3({ ...first.clientConfig, forcePathStyle: true });
  await s3.createBucket({ Bucket: 'things' });
  for (const Key of KEYS) await s3.putObject({ Bucket: 'things', Key, Body: Key });
  await s3.putObject({ Bucket: 'things', Key: 'large.bin', Body: LARGE });
  const { executionArn, queue } = await startWaiting(first);
  const manifest = await saveSnapshot(first.snapshot, file, false);
  expect(manifest.unfinishedJobs).toEqual([]);
  // What comes later is not in it.
  await s3.deleteObject({ Bucket: 'things', Key: 'large.bin' });
  expect(readdirSync(state).filter((name) => name.startsWith('.'))).toEqual([]);

  const copy = join(root, 'copy');
  await restore(file, copy, false);
  await using second = await startTestRuntime({ stateFolder: copy });
  const restored = new S3({ ...second.clientConfig, forcePathStyle: true });
  for (const Key of KEYS) {
    const { Body } = await restored.getObject({ Bucket: 'things', Key });
    expect(await Body?.transformToString()).toBe(Key);
  }
  const { Body } = await restored.getObject({ Bucket: 'things', Key: 'large.bin' });
  expect(sha256(await Body!.transformToByteArray())).toBe(sha256(LARGE));

  const sfn = new SFN(second.clientConfig);
  expect(await sfn.describeExecution({ executionArn })).toMatchObject({ status: 'RUNNING' });
  const { Messages = [] } = await new SQS(second.clientConfig).receiveMessage({
    QueueUrl: queue.replace(first.endpoint, second.endpoint),
  });
  await sfn.sendTaskSuccess({ taskToken: Messages[0]?.Body ?? '', output: '"done"' });
  await vi.waitUntil(
    async () => (await sfn.describeExecution({ executionArn })).status === 'SUCCEEDED',
    20_000,
  );
});

test('a job that runs is left alone by the copy, which runs it anew', async () => {
  const { service, began, letGo, ended } = holdingService(root);
  await using first = await startTestRuntime({ stateFolder: state }, { services: [service] });
  await began(1);
  const { unfinishedJobs } = await saveSnapshot(first.snapshot, file, false);
  expect(unfinishedJobs).toEqual(['hold/job-1']);
  const copy = join(root, 'copy');
  await restore(file, copy, false);
  expect(existsSync(join(copy, 'jobs', 'hold', 'job-1'))).toBe(false);
  await using second = await startTestRuntime({ stateFolder: copy }, { services: [service] });
  await began(2);
  letGo();
  await ended([first.config.stateFolder, second.config.stateFolder]);
});

test('an archive is refused while another is being read, and its remains go when the reader leaves', async () => {
  await using runtime = await startTestRuntime({ stateFolder: state });
  const archive = await runtime.snapshot();
  await expect(runtime.snapshot()).rejects.toThrow('being made already');
  archive.destroy();
  await vi.waitUntil(() => !existsSync(join(state, '.snapshot')), 20_000);
  await (await runtime.snapshot()).resume().toArray();
});

test('a damaged or cut off archive is refused by name, and what was there stays', async () => {
  await using runtime = await startTestRuntime({ stateFolder: state });
  const s3 = new S3({ ...runtime.clientConfig, forcePathStyle: true });
  await s3.createBucket({ Bucket: 'things' });
  await s3.putObject({ Bucket: 'things', Key: 'noise.bin', Body: LARGE.subarray(0, 1 << 20) });
  await saveSnapshot(runtime.snapshot, file, false);
  const other = join(root, 'other');
  await restore(file, other, false);
  const before = readFileSync(join(other, 'slipway.db'));

  const damaged = join(root, 'damaged.zip');
  const bytes = readFileSync(file);
  // In the middle of what cannot be compressed.
  const at = bytes.indexOf(LARGE.subarray(500_000, 500_032));
  bytes[at] = ~bytes[at]!;
  writeFileSync(damaged, bytes);
  await expect(restore(damaged, other, true)).rejects.toThrow(/noise~.*\.bin has other bytes/);
  truncateSync(damaged, 700_000);
  await expect(restore(damaged, other, true)).rejects.toThrow('or a damaged one');
  writeFileSync(damaged, 'no archive');
  await expect(restore(damaged, other, true)).rejects.toThrow('or a damaged one');
  await expect(restore(join(root, 'none.zip'), other, true)).rejects.toThrow('There is no file');
  expect(readFileSync(join(other, 'slipway.db')).equals(before)).toBe(true);
  expect(readdirSync(root).toSorted()).toEqual(['damaged.zip', 'other', 'state', 'state.zip']);
});

test('an archive of a newer version is refused', async () => {
  const newer = new ZipFile();
  newer.addBuffer(Buffer.from('{"format": 2, "slipway": "9.0.0", "files": []}'), 'snapshot.json');
  newer.end();
  writeFileSync(file, await buffer(newer.outputStream));
  await expect(restore(file, state, false)).rejects.toThrow('written by Slipway 9.0.0 in format 2');

  await (await startTestRuntime({ stateFolder: state })).stop();
  const database = new DatabaseSync(join(state, 'slipway.db'));
  database.exec("UPDATE schema_version SET version = version + 1 WHERE component = 's3'");
  database.close();
  await saveSnapshot(() => snapshotOf(state), file, true);
  await expect(restore(file, join(root, 'copy'), false)).rejects.toThrow('written by a newer Slipway');
  expect(existsSync(join(root, 'copy'))).toBe(false);
});

async function startWaiting(runtime: TestRuntime): Promise<{ executionArn: string; queue: string }> {
  const { QueueUrl: queue = '' } = await new SQS(runtime.clientConfig).createQueue({ QueueName: 'tokens' });
  const { Role } = await new IAM(runtime.clientConfig).createRole({
    RoleName: 'waiter',
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'states.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    }),
  });
  const sfn = new SFN(runtime.clientConfig);
  const { stateMachineArn } = await sfn.createStateMachine({
    name: 'waiter',
    roleArn: Role?.Arn ?? '',
    definition: JSON.stringify({
      StartAt: 'Ask',
      States: {
        Ask: {
          Type: 'Task',
          Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
          Parameters: { QueueUrl: queue, 'MessageBody.$': '$$.Task.Token' },
          End: true,
        },
      },
    }),
  });
  const { executionArn = '' } = await sfn.startExecution({ stateMachineArn });
  const sqs = new SQS(runtime.clientConfig);
  await vi.waitUntil(async () => {
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl: queue, AttributeNames: ['All'] });
    return Attributes?.ApproximateNumberOfMessages === '1';
  }, 20_000);
  return { executionArn, queue };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
