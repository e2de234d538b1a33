import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { runPython } from '../../testing/python-clients.ts';
import { startTestRuntime } from '../../testing/test-runtime.ts';
import { BUCKET, LEGACY_XGBOOST, ROLE, SageMakerTests } from './testing.ts';

// The published data sets are not part of this repository; SLIPWAY_TEST_DATA names their folder.
const DATA = join(
  process.env['SLIPWAY_TEST_DATA'] ?? resolve(import.meta.dirname, '../../../../../../shared/data'),
  'churn/customer-churn.csv.gz',
);
const TRAINED = 2100;

/** The sample's hyperparameters (C25). */
const HYPERPARAMETERS = {
  max_depth: '5',
  eval_metric: 'error',
  eta: '0.2',
  gamma: '4',
  min_child_weight: '6',
  subsample: '0.8',
  objective: 'binary:logistic',
  silent: '0',
  num_round: '100',
};

/** Trains and predicts with XGBoost itself, as the sample's algorithm is described. */
const DIRECTLY = `
import json, sys
import numpy, xgboost
folder, hyperparameters = sys.argv[1], json.loads(sys.argv[2])
rounds = int(hyperparameters.pop('num_round'))
hyperparameters.pop('silent')
train, test = (numpy.loadtxt(f'{folder}/{name}.csv', delimiter=',', dtype=numpy.float32) for name in ('train', 'test'))
booster = xgboost.train(hyperparameters, xgboost.DMatrix(train[:, 1:], label=train[:, 0]), rounds)
print(json.dumps(booster.predict(xgboost.DMatrix(test[:, 1:])).tolist()))
`;

test.skipIf(!existsSync(DATA))(
  "C24, C25: boto3 trains the sample's model, and its endpoint predicts what XGBoost itself predicts",
  { timeout: 300_000 },
  async () => {
    await using runtime = await startTestRuntime();
    const { python, variables } = await runtime.environments.ensure('xgboost');
    const tests = new SageMakerTests(runtime);
    // Each line of the file stands in quotation marks.
    const lines = gunzipSync(readFileSync(DATA)).toString('utf8').replaceAll('"', '').trim().split(/\r?\n/);
    const train = `${lines.slice(0, TRAINED).join('\n')}\n`;
    const others = `${lines.slice(TRAINED).join('\n')}\n`;
    await tests.upload({ 'train/train.csv': train, 'validation/test.csv': others });

    const { stdout, stderr } = await runPython(runtime, program());
    expect(stderr).toBe('');
    const { metrics, predictions } = JSON.parse(stdout) as {
      metrics: [string, number][];
      predictions: number[];
    };

    const folder = mkdtempSync(join(tmpdir(), 'slipway-churn-'));
    try {
      writeFileSync(join(folder, 'train.csv'), train);
      writeFileSync(join(folder, 'test.csv'), others);
      const args = ['-c', DIRECTLY, folder, JSON.stringify(HYPERPARAMETERS)];
      const directly = await promisify(execFile)(python, args, { env: { ...process.env, ...variables } });
      expect(predictions).toEqual(JSON.parse(directly.stdout));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    expect(metrics.map(([name]) => name)).toEqual(['validation:error', 'train:error']);
    const labels = lines.slice(TRAINED).map((line) => Number(line.split(',')[0]));
    const wrong = labels.filter((label, index) => label !== Number(predictions[index]! > 0.5)).length;
    expect(metrics[0]![1]).toBeCloseTo(wrong / labels.length, 4);
    expect(metrics[0]![1]).toBeLessThan(0.1);
  },
);

function program(): string {
  const text = JSON.stringify;
  return `
import boto3, json, time
sagemaker, runtime, s3 = (boto3.client(name) for name in ('sagemaker', 'sagemaker-runtime', 's3'))
def channel(name, key):
    source = {'S3DataType': 'S3Prefix', 'S3Uri': f's3://${BUCKET}/{key}', 'S3DataDistributionType': 'ShardedByS3Key'}
    return {'ChannelName': name, 'ContentType': 'text/csv', 'DataSource': {'S3DataSource': source}}
sagemaker.create_training_job(
    TrainingJobName='churn', RoleArn='${ROLE}', HyperParameters=json.loads(${text(text(HYPERPARAMETERS))}),
    AlgorithmSpecification={'TrainingImage': '${LEGACY_XGBOOST}', 'TrainingInputMode': 'File'},
    InputDataConfig=[channel('train', 'train/'), channel('validation', 'validation/')],
    OutputDataConfig={'S3OutputPath': 's3://${BUCKET}/model/'},
    ResourceConfig={'InstanceType': 'ml.m4.xlarge', 'InstanceCount': 1, 'VolumeSizeInGB': 50},
    StoppingCondition={'MaxRuntimeInSeconds': 3600})
sagemaker.get_waiter('training_job_completed_or_stopped').wait(
    TrainingJobName='churn', WaiterConfig={'Delay': 1, 'MaxAttempts': 200})
job = sagemaker.describe_training_job(TrainingJobName='churn')
sagemaker.create_model(ModelName='churn', ExecutionRoleArn='${ROLE}', PrimaryContainer={
    'Image': job['AlgorithmSpecification']['TrainingImage'],
    'ModelDataUrl': job['ModelArtifacts']['S3ModelArtifacts']})
sagemaker.create_endpoint_config(EndpointConfigName='churn', ProductionVariants=[
    {'VariantName': 'variant1', 'ModelName': 'churn', 'InitialInstanceCount': 1, 'InstanceType': 'ml.t2.medium'}])
sagemaker.create_endpoint(EndpointName='churn', EndpointConfigName='churn')
sagemaker.get_waiter('endpoint_in_service').wait(
    EndpointName='churn', WaiterConfig={'Delay': 1, 'MaxAttempts': 200})
lines = s3.get_object(Bucket='${BUCKET}', Key='validation/test.csv')['Body'].read().decode().splitlines()
rows = [line.split(',', 1)[1] for line in lines]
def invoke(rows):
    answer = runtime.invoke_endpoint(EndpointName='churn', ContentType='text/csv', Accept='Accept', Body='\\n'.join(rows))
    return [float(number) for number in answer['Body'].read().decode().split(',')]
predictions = invoke(rows)
assert [invoke([row])[0] for row in rows[:20]] == predictions[:20]
sagemaker.delete_endpoint(EndpointName='churn')
metrics = [[metric['MetricName'], metric['Value']] for metric in job['FinalMetricDataList']]
print(json.dumps({'metrics': metrics, 'predictions': predictions}))
`;
}
