import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { S3 } from '@aws-sdk/client-s3';
import {
  SageMaker,
  waitUntilEndpointInService,
  waitUntilTrainingJobCompletedOrStopped,
} from '@aws-sdk/client-sagemaker';
import { Pool } from 'undici';
import { startRuntime } from '../packages/runtime/src/runtime.ts';
import { testConfig } from '../packages/runtime/src/testing/test-runtime.ts';

/**
 * Predictions per second of an XGBoost endpoint through InvokeEndpoint: one row of 69 columns a request,
 * 100 trees of depth 5. The clients run in a thread of their own.
 *
 * Run with `node -C source benchmarks/endpoint.ts [seconds]`.
 */
const seconds = Number(process.argv[2] ?? 5);
const NAME = 'benchmark';
const FEATURES = 69;
const ROLE = 'arn:aws:iam::000000000000:role/benchmark';
const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';
// Any signature will do on this side of the wire; the scope says which service is meant.
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0';

interface Load {
  readonly endpoint: string;
  readonly clients: number;
  readonly seconds: number;
}

function row(n: number): string {
  return Array.from({ length: FEATURES }, (_, i) => ((n * 7919 + i * 104_729) % 1000) / 10).join(',');
}

/** Sends requests, each client one after the other. @returns requests per second */
async function load({ endpoint, clients, seconds: duration }: Load): Promise<number> {
  const pool = new Pool(endpoint, { connections: clients });
  const end = performance.now() + duration * 1000;
  let count = 0;
  const client = async (n: number) => {
    while (performance.now() < end) {
      const { statusCode, body } = await pool.request({
        path: `/endpoints/${NAME}/invocations`,
        method: 'POST',
        headers: { authorization: AUTHORIZATION, 'content-type': 'text/csv' },
        body: row(n + count),
      });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`${statusCode}: ${text}`);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, n) => client(n)));
  await pool.destroy();
  return count / duration;
}

async function deploy(endpoint: string): Promise<void> {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const s3 = new S3(config);
  const client = new SageMaker(config);
  const rows = Array.from({ length: 2000 }, (_, n) => `${(n * 7919) % 1000 > 500 ? 1 : 0},${row(n)}`);
  await s3.createBucket({ Bucket: NAME });
  await s3.putObject({ Bucket: NAME, Key: 'train/rows.csv', Body: rows.join('\n') });
  const S3DataSource = { S3DataType: 'S3Prefix', S3Uri: `s3://${NAME}/train/` } as const;
  await client.createTrainingJob({
    TrainingJobName: NAME,
    RoleArn: ROLE,
    AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: 'File' },
    HyperParameters: { num_round: '100', max_depth: '5', objective: 'binary:logistic' },
    InputDataConfig: [{ ChannelName: 'train', ContentType: 'text/csv', DataSource: { S3DataSource } }],
    OutputDataConfig: { S3OutputPath: `s3://${NAME}/model` },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 10 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
  });
  const waiter = { client, minDelay: 1, maxDelay: 1, maxWaitTime: 600 };
  await waitUntilTrainingJobCompletedOrStopped(waiter, { TrainingJobName: NAME });
  const ModelDataUrl = `s3://${NAME}/model/${NAME}/output/model.tar.gz`;
  await client.createModel({
    ModelName: NAME,
    ExecutionRoleArn: ROLE,
    PrimaryContainer: { Image: IMAGE, ModelDataUrl },
  });
  const variant = {
    VariantName: 'all',
    ModelName: NAME,
    InitialInstanceCount: 1,
    InstanceType: 'ml.m5.large',
  } as const;
  await client.createEndpointConfig({ EndpointConfigName: NAME, ProductionVariants: [variant] });
  await client.createEndpoint({ EndpointName: NAME, EndpointConfigName: NAME });
  await waitUntilEndpointInService(waiter, { EndpointName: NAME });
}

async function inThread(options: Load): Promise<number> {
  const worker = new Worker(new URL(import.meta.url), { workerData: options });
  return await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

if (isMainThread) {
  const stateFolder = mkdtempSync(join(tmpdir(), 'endpoint-benchmark-'));
  const runtime = await startRuntime(testConfig(stateFolder));
  try {
    await runtime.environments.ensure('xgboost');
    await deploy(runtime.endpoint);
    await inThread({ endpoint: runtime.endpoint, clients: 16, seconds: 2 });
    for (const clients of [1, 16, 64]) {
      const rate = await inThread({ endpoint: runtime.endpoint, clients, seconds });
      console.log(
        `${String(clients).padStart(3)} clients ${Math.round(rate).toLocaleString('en').padStart(8)}/s`,
      );
    }
  } finally {
    await runtime.stop('end');
    rmSync(stateFolder, { recursive: true, force: true });
  }
} else {
  parentPort?.postMessage(await load(workerData as Load));
}
