import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { zip } from '../../../../examples/forecast/zip.ts';
import { config, lines, salesRows } from '../command-line/sample-data.ts';
import { type Going, slipway, start, temporaryFolder } from '../command-line/slipway.ts';

const folder = temporaryFolder();
let up: Going;
let s3: S3;
let Bucket: string;

beforeAll(async () => {
  up = start(folder, ['up', '--port', '0', '--time-scale', '60']);
  await up.says('err', 'Stop with Ctrl-C');
  const deployed = await slipway(folder, [
    ...['deploy', 'forecast', '-c', 'notify-email=you@example.com', '--json'],
  ]);
  const [stack] = JSON.parse(deployed.out) as { outputs: { BucketName: string } }[];
  Bucket = stack!.outputs.BucketName;
  const notice = readFileSync(join(folder, '.slipway', 'runtime.json'), 'utf8');
  const { endpoint } = JSON.parse(notice) as { endpoint: string };
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  s3 = new S3({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
});
afterAll(async () => {
  up.child.kill('SIGTERM');
  await up.ended;
  rmSync(folder, { recursive: true, force: true });
});

/** Uploads as a user does, and waits for the mail about how it ended. */
async function mailAfter(settings: Record<string, unknown>, subject: string): Promise<string> {
  await s3.putObject({ Bucket, Key: 'forecast-config.json', Body: JSON.stringify(settings) });
  await s3.putObject({ Bucket, Key: 'raw/data.zip', Body: zip({ 'TTS.csv': lines(salesRows()) }) });
  const mails = join(folder, '.slipway', 'sns', 'mail');
  const read = () => {
    try {
      return readdirSync(mails)
        .filter((name) => name.endsWith('.eml'))
        .map((name) => readFileSync(join(mails, name), 'utf8'));
    } catch {
      return [];
    }
  };
  return await vi.waitUntil(() => read().find((mail) => mail.includes(`Subject: ${subject}`)), {
    timeout: 100_000,
    interval: 50,
  });
}

test('mail tells of a run that failed, and why', async () => {
  const mail = await mailAfter(config({ PerformDelete: 'no' }), 'Forecast failed: ');
  expect(mail).toContain('To: you@example.com\n');
  expect(mail).toContain('From: Forecasts <no-reply@sns.amazonaws.com>\n');
  expect(mail).toMatch(/There is no forecast: InvalidConfig\n[\s\S]*PerformDelete: must be true or false/);
}, 120_000);

test('mail tells of a forecast that is ready, and how good it is', async () => {
  const mail = await mailAfter(config(), 'Forecast ready: ');
  expect(mail).toMatch(/The forecast is ready: forecast\/\d{8}T\d{6}\S*\.csv\n/);
  expect(mail).toMatch(/Average weighted quantile loss: \d+\.?\d*(e-\d+)?\n/);
  expect(mail).toContain('Algorithm: NPTS');
  const key = /forecast\/\S+\.csv/.exec(mail)?.[0];
  expect((await s3.headObject({ Bucket, Key: key })).ContentLength).toBeGreaterThan(0);
}, 120_000);
