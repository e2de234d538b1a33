import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3 } from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../testing/test-runtime.ts';
import type { AccessReport } from './report.ts';
import { AccessTests, allow, roleArn } from './testing.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'slipway-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function warningsOf(runtime: TestRuntime): string[] {
  const warnings: string[] = [];
  runtime.progress.listen((event) => event.type === 'warning' && warnings.push(event.message));
  return warnings;
}

test('the audit lets calls go on, tells of each kind once, and keeps what was used', async () => {
  const stateFolder = folder();
  {
    await using runtime = await startTestRuntime({ stateFolder });
    const warnings = warningsOf(runtime);
    const access = new AccessTests(runtime);
    await access.role('worker', [
      allow(['s3:GetObject', 's3:DeleteObject'], 'arn:aws:s3:::data/*'),
      { ...allow('glue:GetJob'), Effect: 'Deny' },
    ]);
    const s3 = new S3(await access.session('worker'));
    await new S3(runtime.clientConfig).createBucket({ Bucket: 'data' });
    for (const n of [1, 2, 3]) await s3.putObject({ Bucket: 'data', Key: `in/${n}`, Body: 'x' });
    await s3.getObject({ Bucket: 'data', Key: 'in/1' });
    expect(warnings).toEqual([
      expect.stringMatching(
        /^AWS would deny this: User: \S+ is not authorized to perform: s3:PutObject on resource: arn:aws:s3:::data\/in\/1 because/,
      ),
    ]);
    expect(runtime.accessReport(roleArn('stranger'))).toBeUndefined();
  }
  await using runtime = await startTestRuntime({ stateFolder });
  const answer = await fetch(
    `${runtime.endpoint}/_slipway/access/report?arn=${encodeURIComponent(roleArn('worker'))}`,
  );
  expect((await answer.json()) as AccessReport).toEqual({
    arn: roleArn('worker'),
    exists: true,
    used: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::data/in/1'] },
        { Effect: 'Allow', Action: ['s3:PutObject'], Resource: ['arn:aws:s3:::data/in/*'] },
      ],
    },
    missing: [{ Effect: 'Allow', Action: ['s3:PutObject'], Resource: ['arn:aws:s3:::data/in/*'] }],
    beyond: [
      {
        statement: 'own, statement 1',
        unused: false,
        actions: ['s3:DeleteObject'],
        widerActions: {},
        resources: [],
        widerResources: { 'arn:aws:s3:::data/*': ['arn:aws:s3:::data/in/1'] },
      },
    ],
    unknown: [],
  });
});

test('a policy of AWS that is not known here is remarked on once; with it nothing is denied by the audit', async () => {
  await using runtime = await startTestRuntime();
  const access = new AccessTests(runtime);
  await access.role('special', []);
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonRarelyUsedAccess';
  await access.iam.attachRolePolicy({ RoleName: 'special', PolicyArn });
  const warnings = warningsOf(runtime);
  const s3 = new S3(await access.session('special'));
  await s3.listBuckets({});
  await s3.createBucket({ Bucket: 'special' });
  expect(warnings).toEqual([expect.stringContaining(`What ${PolicyArn} allows is not known`)]);
  expect(runtime.accessReport(roleArn('special'))?.unknown).toEqual([PolicyArn]);
});

test('a role that nobody made works in the audit, with the one warning that it is not there', async () => {
  await using runtime = await startTestRuntime();
  const warnings = warningsOf(runtime);
  const access = new AccessTests(runtime);
  await new S3(await access.session('made-up')).listBuckets({});
  expect(warnings).toEqual([
    `The role ${roleArn('made-up')} does not exist here; on AWS this call would be denied.`,
  ]);
});

test('switched off, nobody is asked and nothing is kept', async () => {
  await using runtime = await startTestRuntime({ access: 'off' });
  const access = new AccessTests(runtime);
  await access.role('free', [{ ...allow('*'), Effect: 'Deny' }]);
  await new S3(await access.session('free')).listBuckets({});
  expect(runtime.accessReport(roleArn('free'))?.used.Statement).toEqual([]);
});

test('very many resources of one kind become a pattern', async () => {
  await using runtime = await startTestRuntime();
  const access = new AccessTests(runtime);
  await access.role('busy', [allow('s3:GetObject')]);
  const s3 = new S3(await access.session('busy'));
  const get = (Key: string) => s3.getObject({ Bucket: 'none', Key }).catch(() => {});
  for (let n = 0; n < 210; n++) await get(`folder-${n}/file`);
  const [statement] = runtime.accessReport(roleArn('busy'))!.used.Statement;
  expect(statement?.Resource).toEqual(['arn:aws:s3:::none/folder-*']);
});
