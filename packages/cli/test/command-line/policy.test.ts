import { rmSync } from 'node:fs';
import { IAM } from '@aws-sdk/client-iam';
import { S3 } from '@aws-sdk/client-s3';
import { STS } from '@aws-sdk/client-sts';
import type { AccessReport } from '@slipway/runtime';
import { afterAll, expect, test } from 'vitest';
import { slipway, start, temporaryFolder, testFolder } from './slipway.ts';

const folder = temporaryFolder();
const ROLE = 'arn:aws:iam::000000000000:role/worker';

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Clients of an endpoint, as the account or as a session. */
function settings(endpoint: string, credentials = { accessKeyId: 'test', secretAccessKey: 'test' }) {
  return { endpoint, region: 'us-east-1', credentials };
}

test('policies are enforced, and what a role used and may do besides is told, while it runs and after', async () => {
  const up = start(folder, ['up', '--port', '0', '--json', '--access', 'enforce']);
  await up.says('out', '"endpoint"');
  const { endpoint } = JSON.parse(up.out()) as { endpoint: string };
  const iam = new IAM(settings(endpoint));
  const document = (statement: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  await iam.createRole({
    RoleName: 'worker',
    AssumeRolePolicyDocument: document({ Action: 'sts:AssumeRole', Principal: { AWS: '000000000000' } }),
  });
  await iam.putRolePolicy({
    RoleName: 'worker',
    PolicyName: 'own',
    PolicyDocument: document({ Action: ['s3:ListAllMyBuckets', 's3:CreateBucket'], Resource: '*' }),
  });
  const { Credentials } = await new STS(settings(endpoint)).assumeRole({
    RoleArn: ROLE,
    RoleSessionName: 'test',
  });
  const s3 = new S3({
    ...settings(endpoint, {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
    }),
    forcePathStyle: true,
  });
  await s3.listBuckets({});
  await expect(s3.deleteBucket({ Bucket: 'any' })).rejects.toMatchObject({ name: 'AccessDenied' });

  const told = await slipway(folder, ['policy', 'worker']);
  expect(told.code).toBe(0);
  expect(told.out).toContain('"s3:ListAllMyBuckets"');
  expect(told.out).toContain('AWS would deny it:\n  s3:DeleteBucket on arn:aws:s3:::any');
  expect(told.out).toMatch(/Granted beyond that:\n {2}own, statement 1\n {4}never used: s3:CreateBucket/);
  const running = await slipway(folder, ['policy', ROLE, '--json']);
  up.child.kill('SIGTERM');
  await up.ended;
  const ended = await slipway(folder, ['policy', ROLE, '--json']);
  expect(JSON.parse(ended.out)).toEqual(JSON.parse(running.out));
  expect((JSON.parse(ended.out) as AccessReport).missing).toEqual([
    { Effect: 'Allow', Action: ['s3:DeleteBucket'], Resource: ['arn:aws:s3:::any'] },
  ]);
});

test('a role that is not there and a mode that is none are told', async () => {
  expect(await slipway(testFolder(), ['policy', 'nobody'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('There is no role nobody'),
  });
  expect(await slipway(testFolder(), ['up', '--access', 'strict'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('Allowed choices are off, audit, enforce'),
  });
  expect(await slipway(testFolder(), ['policy', 'x'], { SLIPWAY_ACCESS: 'strict' })).toMatchObject({
    code: 2,
    err: 'The access mode must be off, audit or enforce, not strict.\n',
  });
});
