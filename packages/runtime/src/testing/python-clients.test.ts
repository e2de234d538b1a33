import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAwsCli, runPython } from './python-clients.ts';
import { startTestRuntime, type TestRuntime } from './test-runtime.ts';

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime();
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('boto3 and the AWS CLI reach the runtime with an endpoint setting only', async () => {
  const boto3 = await runPython(
    runtime,
    `import boto3; print(boto3.client('sts').get_caller_identity()['Account'])`,
  );
  expect(boto3).toMatchObject({ code: 0, stdout: '000000000000\n' });
  const cli = await runAwsCli(runtime, 'sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text');
  expect(cli).toMatchObject({ code: 0, stdout: 'arn:aws:iam::000000000000:root\n' });
});
