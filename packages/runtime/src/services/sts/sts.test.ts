import { STS } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';

let runtime: TestRuntime;
let sts: STS;

beforeAll(async () => {
  runtime = await startTestRuntime();
  sts = new STS(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('the account is the access key id when that is 12 digits', async () => {
  expect(await sts.getCallerIdentity({})).toMatchObject({
    Account: '000000000000',
    Arn: 'arn:aws:iam::000000000000:root',
  });
  const other = new STS({
    ...runtime.clientConfig,
    credentials: { accessKeyId: '123456789012', secretAccessKey: 'x' },
  });
  expect((await other.getCallerIdentity({})).Account).toBe('123456789012');
});

test('each role session has a key of its own, and the key tells the role', async () => {
  const RoleArn = 'arn:aws:iam::123456789012:role/service/worker';
  const first = await sts.assumeRole({ RoleArn, RoleSessionName: 'one' });
  const second = await sts.assumeRole({ RoleArn, RoleSessionName: 'two' });
  expect(first.Credentials?.AccessKeyId).not.toBe(second.Credentials?.AccessKeyId);
  expect(first.Credentials?.Expiration?.getTime()).toBeGreaterThan(Date.now());
  const session = new STS({
    ...runtime.clientConfig,
    credentials: {
      accessKeyId: first.Credentials!.AccessKeyId!,
      secretAccessKey: first.Credentials!.SecretAccessKey!,
      sessionToken: first.Credentials!.SessionToken!,
    },
  });
  expect(await session.getCallerIdentity({})).toMatchObject({
    Account: '123456789012',
    Arn: 'arn:aws:sts::123456789012:assumed-role/worker/one',
  });
});

test('constraint faults have the code of the query services', async () => {
  await expect(sts.assumeRole({ RoleArn: 'x', RoleSessionName: 'a b' })).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining("Value 'a b' at 'roleSessionName' failed to satisfy constraint"),
  });
});
