import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { S3 } from '@aws-sdk/client-s3';
import { SFN } from '@aws-sdk/client-sfn';
import { vi } from 'vitest';
import { ZipFile } from 'yazl';
import { FORECAST_MILESTONES } from '../../../pipelines/src/forecast/milestones.ts';
import { reportParts } from '../../../pipelines/src/forecast/report/parts.ts';
import { processEnvironment } from '../../../runtime/src/compute/process-environment.ts';
import { startTestRuntime, type TestRuntime } from '../../../runtime/src/testing/test-runtime.ts';
import type { RunFiles } from './report-data.ts';

const BUCKET = 'reported';
const SCRIPT = fileURLToPath(new URL('../../../pipelines/src/forecast/glue/report.py', import.meta.url));
/** States of a run, each one a milestone, so that the report has steps to show. */
const STEPS = ['Validate-Config', 'Forecast-MLOps-Preprocess', 'Forecast-MLOps-Report'];

/** The report's job as Glue runs it, over made-up runs that lie in a runtime. */
export class ReportLab implements AsyncDisposable {
  readonly #runtime: TestRuntime;
  readonly #s3: S3;
  readonly #sfn: SFN;
  /** Where the pages go; kept when SLIPWAY_ARTEFACTS names a folder. */
  readonly folder: string;
  readonly #kept: boolean;
  #machine = '';
  #runs = 0;

  private constructor(runtime: TestRuntime) {
    this.#runtime = runtime;
    this.#s3 = new S3({ ...runtime.clientConfig, forcePathStyle: true });
    this.#sfn = new SFN(runtime.clientConfig);
    const wanted = process.env['SLIPWAY_ARTEFACTS'];
    this.#kept = wanted !== undefined;
    this.folder = wanted ? join(wanted, 'report') : mkdtempSync(join(tmpdir(), 'slipway-report-test-'));
    mkdirSync(this.folder, { recursive: true });
  }

  static async start(): Promise<ReportLab> {
    const lab = new ReportLab(await startTestRuntime());
    await lab.#s3.createBucket({ Bucket: BUCKET });
    await lab.#s3.putObject({ Bucket: BUCKET, Key: 'parts.zip', Body: await zipped(reportParts()) });
    const { stateMachineArn } = await lab.#sfn.createStateMachine({
      name: 'reported',
      roleArn: 'arn:aws:iam::000000000000:role/reported',
      definition: JSON.stringify({ StartAt: STEPS[0], States: chain(STEPS) }),
    });
    lab.#machine = stateMachineArn ?? '';
    return lab;
  }

  /** Puts a run's files into the bucket and makes its report. @returns the page's file */
  async report(name: string, run: RunFiles): Promise<string> {
    const uid = `20261121T${String(++this.#runs).padStart(6, '0')}`;
    const files = {
      'input/TTS.csv': run.target,
      'input/RTS.csv': run.related,
      'input/IM.csv': run.metadata,
      [`forecast/${uid}.csv`]: run.forecast,
      [`backtest/${uid}/forecasted-values/part0.csv`]: run.backtests,
      [`backtest/${uid}/accuracy-metrics-values/part0.csv`]: run.measures,
    };
    const executionArn = await this.#execute(uid, run.config);
    for (const [Key, Body] of Object.entries(files)) {
      if (Body !== undefined) await this.#s3.putObject({ Bucket: BUCKET, Key, Body });
    }
    await this.#runJob({
      bucket: BUCKET,
      uid,
      execution_arn: executionArn,
      run: JSON.stringify({ notes: ['A note.'], metrics: run.metrics, failure: run.failure ?? null }),
      steps: JSON.stringify(FORECAST_MILESTONES),
      parts_bucket: BUCKET,
      parts_key: 'parts.zip',
    });
    const { Body } = await this.#s3.getObject({ Bucket: BUCKET, Key: `report/${uid}.html` });
    const file = join(this.folder, `${name}.html`);
    writeFileSync(file, (await Body?.transformToByteArray()) ?? '');
    return file;
  }

  async #execute(uid: string, config: object): Promise<string> {
    const { executionArn = '' } = await this.#sfn.startExecution({
      stateMachineArn: this.#machine,
      name: uid,
      input: JSON.stringify({ uid, config }),
    });
    await vi.waitUntil(
      async () => (await this.#sfn.describeExecution({ executionArn })).status === 'SUCCEEDED',
      { timeout: 20_000 },
    );
    return executionArn;
  }

  async #runJob(args: Readonly<Record<string, string>>): Promise<void> {
    const { endpoint, region, credentials } = this.#runtime.clientConfig;
    const { python, variables } = await this.#runtime.environments.ensure('glue');
    const child = spawn(
      python,
      [SCRIPT, ...Object.entries(args).flatMap(([key, value]) => [`--${key}`, value])],
      {
        env: processEnvironment({
          ...variables,
          AWS_ENDPOINT_URL: endpoint,
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_DEFAULT_REGION: region,
        }),
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let said = '';
    child.stderr.on('data', (data: Buffer) => {
      said += data.toString('utf8');
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (code !== 0) throw new Error(`report.py ended ${code}:\n${said}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runtime[Symbol.asyncDispose]();
    if (!this.#kept) rmSync(this.folder, { recursive: true, force: true });
  }
}

function chain(names: readonly string[]): object {
  return Object.fromEntries(
    names.map((name, index) => {
      const next = names[index + 1];
      return [name, { Type: 'Pass', ...(next ? { Next: next } : { End: true }) }];
    }),
  );
}

async function zipped(folder: string): Promise<Buffer> {
  const archive = new ZipFile();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (/\.(py|html)$/.test(name)) archive.addBuffer(readFileSync(join(folder, name)), name);
  }
  archive.end();
  return await buffer(archive.outputStream);
}
