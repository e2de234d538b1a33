import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IAM } from '@aws-sdk/client-iam';
import type { S3 } from '@aws-sdk/client-s3';
import { deployAssembly, inProcess, startRuntime } from '@slipway/runtime';
import { settingsFrom } from '../packages/cli/src/settings.ts';
import { synthPipelines } from '../packages/cli/src/synth.ts';
import { Authorizer, type CheckedCall } from '../packages/runtime/src/access/authorizer.ts';
import { roleSession } from '../packages/runtime/src/access/caller.ts';
import { compileNeeds, type ServiceAccess } from '../packages/runtime/src/access/needs.ts';
import { Usage } from '../packages/runtime/src/access/usage.ts';
import { forecastAccess } from '../packages/runtime/src/services/forecast/access.ts';
import { glueAccess } from '../packages/runtime/src/services/glue/access.ts';
import { s3Access } from '../packages/runtime/src/services/s3/access.ts';
import { BucketStore } from '../packages/runtime/src/services/s3/bucket-store.ts';
import { SCHEMA } from '../packages/runtime/src/services/s3/schema.ts';
import { statesAccess } from '../packages/runtime/src/services/states/access.ts';
import { Database } from '../packages/runtime/src/store/database.ts';
import { migrate } from '../packages/runtime/src/store/migrations.ts';

/**
 * What a decision about a call costs, with the policies of pipeline A as they are deployed: finding out
 * what the call needs, all policies that have a say (the bucket's from SQLite), and the record of what was
 * used.
 *
 * Run with `node -C source benchmarks/access.ts [rounds]`.
 */
const rounds = Number(process.argv[2] ?? 20_000);
const ACCOUNT = '000000000000';
const REGION = 'us-east-1';

interface Role {
  readonly arn: string;
  readonly policies: readonly { readonly name: string; readonly document: string }[];
}

const folder = mkdtempSync(join(tmpdir(), 'access-benchmark-'));
try {
  const { roles, bucket, bucketPolicy } = await deployPipeline();
  const { authorizer, s3 } = await createAuthorizer(roles, bucket, bucketPolicy);
  const calls = pipelineCalls(roles, bucket, s3);
  for (const { call, access, needsOf } of calls) {
    const denial = authorizer.check(call, access, needsOf);
    if (denial) throw new Error(`Pipeline A is denied something: ${denial.sentence}`);
  }
  report(measure(authorizer, calls));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function deployPipeline(): Promise<{ roles: Role[]; bucket: string; bucketPolicy: string }> {
  const settings = settingsFrom({}, { stateFolder: join(folder, 'state'), port: 0 });
  const runtime = await startRuntime(settings);
  try {
    const [stack] = await deployAssembly(await synthPipelines(settings, {}), inProcess(runtime));
    const bucket = stack!.outputs['BucketName']!;
    const { Policy = '' } = await runtime.client<S3>('s3').getBucketPolicy({ Bucket: bucket });
    const iam = runtime.client<IAM>('iam');
    const { Roles = [] } = await iam.listRoles({});
    const roles = Roles.filter(({ RoleName = '' }) => RoleName.startsWith('Forecast')).map(
      async ({ RoleName, Arn = '' }) => {
        const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName });
        const policies = PolicyNames.map(async (PolicyName) => {
          const { PolicyDocument = '' } = await iam.getRolePolicy({ RoleName, PolicyName });
          return { name: PolicyName, document: decodeURIComponent(PolicyDocument) };
        });
        return { arn: Arn, policies: await Promise.all(policies) };
      },
    );
    return { roles: await Promise.all(roles), bucket, bucketPolicy: Policy };
  } finally {
    await runtime.stop('end');
  }
}

async function createAuthorizer(roles: readonly Role[], bucket: string, policy: string) {
  const database = new Database(join(folder, 'access.db'));
  await migrate(database, [
    { component: 'access', migrations: [Usage.schema] },
    { component: 's3', migrations: [SCHEMA] },
  ]);
  const buckets = new BucketStore(database);
  const created = new Date();
  await database.transaction(() =>
    buckets.insert({ name: bucket, account: ACCOUNT, region: REGION, created, settings: { policy } }),
  );
  const authorizer = new Authorizer({
    mode: 'enforce',
    usage: new Usage(database),
    now: () => Date.now(),
    remark: () => {},
  });
  authorizer.identities.from((arn) => {
    const role = roles.find((one) => one.arn === arn);
    return role && { policies: role.policies, tags: {}, unknown: [] };
  });
  return { authorizer, s3: s3Access(buckets) };
}

interface Asked {
  readonly call: CheckedCall;
  readonly access: ServiceAccess;
  readonly needsOf: ReturnType<typeof compileNeeds>;
}

/** Calls as the pipeline's parts make them. */
function pipelineCalls(roles: readonly Role[], bucket: string, s3: ServiceAccess): Asked[] {
  const needs = new Map<ServiceAccess, Asked['needsOf']>();
  const asked = (role: string, access: ServiceAccess, operation: string, input: object): Asked => {
    const { arn } = roles.find((one) => one.arn.includes(role))!;
    const needsOf = needs.get(access) ?? compileNeeds(access);
    needs.set(access, needsOf);
    const caller = roleSession({ arn, id: 'AROA' }, 'benchmark');
    return { call: { operation, input, caller, region: REGION }, access, needsOf };
  };
  const forecast = (resource: string) => `arn:aws:forecast:${REGION}:${ACCOUNT}:${resource}`;
  const passed = roles.find(({ arn }) => arn.includes('PipelineForecastR'))!.arn;
  const machine = 'StateMach';
  const S3Config = { Path: `s3://${bucket}/input/TTS.csv`, RoleArn: passed };
  return [
    asked(machine, glueAccess, 'StartJobRun', { JobName: 'Forecast-MLOps-Preprocess' }),
    asked(machine, glueAccess, 'GetJobRun', { JobName: 'Forecast-MLOps-Postprocess', RunId: 'jr_1' }),
    asked(machine, forecastAccess, 'CreateDataset', { DatasetName: 'd' }),
    asked(machine, forecastAccess, 'CreateDatasetImportJob', {
      DatasetArn: forecast('dataset/d'),
      DatasetImportJobName: 'i',
      DataSource: { S3Config },
    }),
    asked(machine, forecastAccess, 'DescribePredictor', { PredictorArn: forecast('predictor/p') }),
    asked(machine, forecastAccess, 'ListPredictors', {}),
    asked(machine, statesAccess, 'ListExecutions', {
      stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:Forecast-MLOps-Pipeline`,
    }),
    asked('UploadTri', s3, 'GetObject', { Bucket: bucket, Key: 'forecast-config.json' }),
    asked('PipelineForecastR', s3, 'ListObjectsV2', { Bucket: bucket, Prefix: 'input/' }),
    asked('PipelineForecastR', s3, 'GetObject', { Bucket: bucket, Key: 'input/TTS.csv' }),
    asked('PipelineForecastR', s3, 'PutObject', { Bucket: bucket, Key: 'export/a/part0.csv' }),
  ];
}

/** @returns microseconds of each check, sorted, by service */
function measure(authorizer: Authorizer, calls: readonly Asked[]): Map<string, number[]> {
  const times = new Map<string, number[]>();
  for (let round = -rounds / 10; round < rounds; round++) {
    for (const { call, access, needsOf } of calls) {
      const begin = process.hrtime.bigint();
      authorizer.check(call, access, needsOf);
      const taken = Number(process.hrtime.bigint() - begin) / 1000;
      if (round < 0) continue;
      for (const name of ['all', access.prefix]) {
        const list = times.get(name) ?? [];
        times.set(name, list);
        list.push(taken);
      }
    }
  }
  for (const list of times.values()) list.sort((a, b) => a - b);
  return times;
}

function report(times: ReadonlyMap<string, readonly number[]>): void {
  const at = (list: readonly number[], share: number) => list[Math.floor(list.length * share)]!.toFixed(1);
  for (const [name, list] of times) {
    console.log(
      `${name.padEnd(9)} ${list.length} calls: median ${at(list, 0.5)} µs, p99 ${at(list, 0.99)} µs`,
    );
  }
}
