import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCdk } from '../../../runtime/src/services/cloudformation/testing/cdk-cli.ts';
import { runAwsCli } from '../../../runtime/src/testing/python-clients.ts';
import { startTestRuntime, type TestRuntime } from '../../../runtime/src/testing/test-runtime.ts';
import { DeployedPipeline, expectSuccess } from './pipeline-lab.ts';
import { configFor, HORIZON, ITEMS, TTS, zipOf } from './sales.ts';

const APP = `${process.execPath} -C source ${fileURLToPath(import.meta.resolve('@slipway/pipelines/app'))}`;
const STACK = 'ForecastMlopsPipelineStack';

let runtime: TestRuntime;
let folder: string;

beforeAll(async () => {
  runtime = await startTestRuntime({ timeScale: 60 });
  folder = mkdtempSync(join(tmpdir(), 'slipway-documented-'));
});
afterAll(async () => {
  await runtime?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test('A1 A10 Ax1 Ax17 the README’s commands, with the unmodified CDK and AWS command lines, lead to a forecast', async () => {
  const app = ['--app', APP, '--output', join(folder, 'cdk.out')];
  const deployed = await runCdk(runtime, 'deploy', STACK, ...app, '--require-approval', 'never');
  expect(deployed).toMatchObject({ code: 0, output: expect.stringContaining(`✅  ${STACK}`) });
  const { Stacks } = await new CloudFormation(runtime.clientConfig).describeStacks({ StackName: STACK });
  const pipeline = new DeployedPipeline(
    runtime,
    Object.fromEntries(
      (Stacks?.[0]?.Outputs ?? []).map((output) => [output.OutputKey, output.OutputValue ?? '']),
    ),
  );
  expect(pipeline.bucket).toBe('forecast-mlops-pipeline-resource-bucket-000000000000');

  const config = join(folder, 'forecast-config.json');
  const data = join(folder, 'data.zip');
  writeFileSync(config, JSON.stringify(configFor([], { PerformDelete: true })));
  writeFileSync(data, await zipOf({ 'TTS.csv': TTS }));
  const copy = async (file: string, target: string) =>
    expect(await runAwsCli(runtime, 's3', 'cp', file, target)).toMatchObject({ code: 0, stderr: '' });
  await copy(config, `s3://${pipeline.bucket}`);
  // As the published sample writes it, without the slash: the key is exactly `raw`.
  await copy(data, `s3://${pipeline.bucket}/raw`);
  const end = await pipeline.ended(await pipeline.startedBesides([]));
  expectSuccess(end);
  expect(end.input.source['key']).toBe('raw');

  const result = join(folder, 'forecast.csv');
  await copy(`s3://${pipeline.bucket}/forecast/${end.name}.csv`, result);
  expect(await pipeline.table(`forecast/${end.name}.csv`)).toHaveLength(1 + ITEMS.length * HORIZON);

  const destroyed = await runCdk(runtime, 'destroy', STACK, ...app, '--force');
  expect(destroyed).toMatchObject({ code: 0 });
  const { Buckets = [] } = await pipeline.s3.listBuckets({});
  expect(Buckets.map(({ Name }) => Name)).not.toContain(pipeline.bucket);
}, 300_000);
