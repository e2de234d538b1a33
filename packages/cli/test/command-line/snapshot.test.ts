import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { S3 } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { slipway, start, testFolder } from './slipway.ts';

test('a state goes into an archive while its runtime runs, and comes back whole', async () => {
  const folder = testFolder();
  const up = start(folder, ['up', '--port', '0', '--json']);
  await up.says('err', 'Stop with Ctrl-C');
  const { endpoint } = JSON.parse(up.out()) as { endpoint: string };
  const client = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
  await new S3(client).createBucket({ Bucket: 'kept' });

  const made = await slipway(folder, ['snapshot', 'state.zip', '--json']);
  expect(made).toMatchObject({ code: 0, err: '' });
  const file = join(folder, 'state.zip');
  const { size: bytes, mode } = statSync(file);
  expect(JSON.parse(made.out)).toEqual({ file, bytes, files: expect.any(Number), unfinishedJobs: [] });
  expect(mode & 0o777).toBe(0o600);
  const again = await slipway(folder, ['snapshot', 'state.zip']);
  expect(again).toMatchObject({ code: 4, out: '', err: expect.stringContaining('is there already') });

  const busy = await slipway(folder, ['restore', 'state.zip', '--force']);
  expect(busy).toMatchObject({ code: 3, err: expect.stringContaining('Another process uses this folder') });
  up.child.kill('SIGTERM');
  await up.ended;
  const there = await slipway(folder, ['restore', 'state.zip']);
  expect(there).toMatchObject({ code: 4, err: expect.stringContaining('replace it with --force') });

  expect(await slipway(folder, ['snapshot', 'state.zip', '--force'])).toMatchObject({ code: 0 });
  const restored = await slipway(folder, ['restore', 'state.zip', '--force', '--json']);
  expect(JSON.parse(restored.out)).toMatchObject({ folder: join(folder, '.slipway'), unfinishedJobs: [] });
  expect(readdirSync(folder).toSorted()).toEqual(['.slipway', 'state.zip']);
  const later = start(folder, ['up', '--port', '0', '--json']);
  await later.says('err', 'Stop with Ctrl-C');
  const { endpoint: newEndpoint } = JSON.parse(later.out()) as { endpoint: string };
  const { Buckets } = await new S3({ ...client, endpoint: newEndpoint }).listBuckets();
  expect(Buckets?.map(({ Name }) => Name)).toEqual(['kept']);
  later.child.kill('SIGTERM');
  await later.ended;
});

test('what cannot be archived or restored is explained, and no folder is touched', async () => {
  const folder = testFolder();
  const none = await slipway(folder, ['snapshot', 'state.zip']);
  expect(none).toMatchObject({ code: 2, out: '', err: expect.stringContaining('There is no state in') });
  writeFileSync(join(folder, 'photo.jpg'), 'no archive');
  const damaged = await slipway(folder, ['restore', 'photo.jpg', '--json']);
  expect(damaged).toMatchObject({ code: 3, err: expect.stringContaining('is no snapshot of Slipway') });
  expect(JSON.parse(damaged.out)).toMatchObject({ exitCode: 3 });
  const strange = await slipway(folder, ['restore', 'photo.jpg', '--state', '.', '--force']);
  expect(strange).toMatchObject({ code: 4, err: expect.stringContaining('is no state folder of Slipway') });
  expect(readdirSync(folder)).toEqual(['photo.jpg']);
});

test('a temporary runtime leaves nothing', async () => {
  const folder = testFolder();
  const up = start(folder, ['up', '--port', '0', '--temporary', '--json']);
  await up.says('err', 'Stop with Ctrl-C');
  const { state } = JSON.parse(up.out()) as { state: string };
  expect(existsSync(join(state, 'slipway.db'))).toBe(true);
  up.child.kill('SIGTERM');
  expect(await up.ended).toMatchObject({ code: 0 });
  expect(existsSync(state)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});
