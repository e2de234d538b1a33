import { IAM } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { startTestRuntime } from '../../testing/test-runtime.ts';
import { BUCKET, ROLE, rows, SageMakerTests } from './testing.ts';

const ROLE_NAME = 'SageMakerRole';

function document(Statement: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

test("a job reads and writes with its role's rights", { timeout: 180_000 }, async () => {
  await using runtime = await startTestRuntime({ access: 'enforce' });
  await runtime.environments.ensure('xgboost');
  const tests = new SageMakerTests(runtime);
  const iam = new IAM(runtime.clientConfig);
  await tests.upload({ 'data/train/a.csv': rows(100).join('\n') });
  await expect(tests.train('nobody')).rejects.toMatchObject({
    message: expect.stringContaining(`The role ${ROLE} does not exist here.`),
  });
  const trust = {
    Effect: 'Allow',
    Principal: { Service: 'sagemaker.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  await iam.createRole({ RoleName: ROLE_NAME, AssumeRolePolicyDocument: document([trust]) });
  expect((await tests.train('no-rights')).FailureReason).toMatch(
    /^ClientError: Data download failed: .*is not authorized to perform: s3:ListBucket/,
  );
  const reading = { Effect: 'Allow', Action: ['s3:ListBucket', 's3:GetObject'], Resource: '*' };
  const put = (Statement: object[]) =>
    iam.putRolePolicy({ RoleName: ROLE_NAME, PolicyName: 'data', PolicyDocument: document(Statement) });
  await put([reading]);
  expect((await tests.train('reads')).FailureReason).toMatch(
    /^ClientError: Data upload failed: .*is not authorized to perform: s3:PutObject/,
  );
  const writing = { Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::${BUCKET}/models/*` };
  await put([reading, writing]);
  expect(await tests.train('writes')).toMatchObject({ TrainingJobStatus: 'Completed' });
});
