import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Forecast } from '@aws-sdk/client-forecast';
import { S3 } from '@aws-sdk/client-s3';
import { type HistoryEvent, SFN } from '@aws-sdk/client-sfn';
import { ForecastMlopsPipelineStack, type ForecastPipelineProps } from '@slipway/pipelines';
import { type DeployedStack, deployAssembly, destroyAssembly, inProcess } from '@slipway/runtime';
import { App } from 'aws-cdk-lib';
import { expect, vi } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../runtime/src/testing/test-runtime.ts';
import { type Config, zipOf } from './sales.ts';

/** How an execution ended. */
export interface RunEnd {
  readonly name: string;
  readonly executionArn: string;
  readonly status: string;
  readonly input: { uid: string; config?: Config; source: Record<string, string> };
  readonly output: Record<string, never>;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

const PATIENCE = { timeout: 60_000, interval: 20 };

/** Synthesizes stacks of pipeline A. @returns the folder of their cloud assembly */
export function synthesize(stacks: Readonly<Record<string, ForecastPipelineProps>>): string {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'slipway-assembly-')) });
  for (const [id, props] of Object.entries(stacks)) new ForecastMlopsPipelineStack(app, id, props);
  return app.synth().directory;
}

/** Pipelines deployed into a runtime of their own, waits of state machines shortened 60 times. */
export class PipelineLab implements AsyncDisposable {
  readonly runtime: TestRuntime;
  readonly #assembly: string;
  readonly #pipelines: ReadonlyMap<string, DeployedPipeline>;

  private constructor(runtime: TestRuntime, assembly: string, stacks: readonly DeployedStack[]) {
    this.runtime = runtime;
    this.#assembly = assembly;
    this.#pipelines = new Map(
      stacks.map(({ stackName, outputs }) => [stackName, new DeployedPipeline(runtime, outputs)]),
    );
  }

  static async start(
    stacks: Readonly<Record<string, ForecastPipelineProps>> = { ForecastMlopsPipelineStack: {} },
  ): Promise<PipelineLab> {
    const runtime = await startTestRuntime({ timeScale: 60 });
    const assembly = synthesize(stacks);
    try {
      return new PipelineLab(runtime, assembly, await deployAssembly(assembly, inProcess(runtime)));
    } catch (error) {
      await runtime[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The pipeline of a stack, by the stack's id; the published one unless said otherwise. */
  pipelineOf(stack = 'ForecastMlopsPipelineStack'): DeployedPipeline {
    const pipeline = this.#pipelines.get(stack);
    if (!pipeline) throw new Error(`There is no stack ${stack}`);
    return pipeline;
  }

  async destroy(stack: string): Promise<void> {
    await destroyAssembly(this.#assembly, { ...inProcess(this.runtime), stacks: [stack] });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runtime[Symbol.asyncDispose]();
    rmSync(this.#assembly, { recursive: true, force: true });
  }
}

/** One deployed pipeline as its user sees it. */
export class DeployedPipeline {
  readonly #runtime: TestRuntime;
  readonly bucket: string;
  readonly stateMachineArn: string;
  readonly s3: S3;
  readonly sfn: SFN;
  readonly forecast: Forecast;

  constructor(runtime: TestRuntime, outputs: DeployedStack['outputs']) {
    const { clientConfig } = runtime;
    this.#runtime = runtime;
    this.bucket = outputs['BucketName'] ?? '';
    this.stateMachineArn = outputs['StateMachineArn'] ?? '';
    this.s3 = new S3({ ...clientConfig, forcePathStyle: true });
    this.sfn = new SFN(clientConfig);
    this.forecast = new Forecast(clientConfig);
  }

  async putConfig(config: Config | string): Promise<void> {
    const Body = typeof config === 'string' ? config : JSON.stringify(config);
    await this.s3.putObject({ Bucket: this.bucket, Key: 'forecast-config.json', Body });
  }

  /** Uploads a zip of these files. @returns the ETag */
  async putZip(files: Readonly<Record<string, string>> | Buffer, key = 'raw/data.zip'): Promise<string> {
    const Body = Buffer.isBuffer(files) ? files : await zipOf(files);
    const { ETag = '' } = await this.s3.putObject({ Bucket: this.bucket, Key: key, Body });
    return ETag.replaceAll('"', '');
  }

  /** Uploads config and zip, and follows the run that this starts. */
  async run(config: Config | string, files: Readonly<Record<string, string>> | Buffer): Promise<RunEnd> {
    await this.putConfig(config);
    const known = await this.executions();
    await this.putZip(files);
    return await this.ended(await this.startedBesides(known));
  }

  async executions(): Promise<string[]> {
    const { executions = [] } = await this.sfn.listExecutions({ stateMachineArn: this.stateMachineArn });
    return executions.map(({ executionArn = '' }) => executionArn);
  }

  /** The execution that is started next. */
  async startedBesides(known: readonly string[]): Promise<string> {
    return (await vi.waitUntil(
      async () => (await this.executions()).find((arn) => !known.includes(arn)),
      PATIENCE,
    )) as string;
  }

  async ended(executionArn: string): Promise<RunEnd> {
    return await this.#runtime.signals.until(executionArn, async () => {
      const {
        status,
        name = '',
        input,
        output,
        error,
        cause,
      } = await this.sfn.describeExecution({
        executionArn,
      });
      if (status === 'RUNNING') return undefined;
      return {
        name,
        executionArn,
        status: status ?? '',
        input: JSON.parse(input ?? '{}'),
        output: JSON.parse(output ?? '{}'),
        error,
        cause,
      };
    });
  }

  async history(executionArn: string): Promise<HistoryEvent[]> {
    const found: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.sfn.getExecutionHistory({ executionArn, maxResults: 1000, nextToken });
      found.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken);
    return found;
  }

  /** Names of the states that a run entered, in order. */
  async statesOf(executionArn: string): Promise<string[]> {
    const events = await this.history(executionArn);
    return events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  }

  /** Keys in the bucket, in order. */
  async keys(Prefix = ''): Promise<string[]> {
    const { Contents = [] } = await this.s3.listObjectsV2({ Bucket: this.bucket, Prefix });
    return Contents.map(({ Key = '' }) => Key);
  }

  async text(Key: string): Promise<string> {
    const { Body } = await this.s3.getObject({ Bucket: this.bucket, Key });
    return (await Body?.transformToString()) ?? '';
  }

  /** Lines of a CSV file as cells. */
  async table(key: string): Promise<string[][]> {
    return (await this.text(key))
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
  }
}

/** Says how a run ended when it did not succeed. */
export function expectSuccess({ status, error, cause }: RunEnd): void {
  expect({ status, error, cause }).toEqual({ status: 'SUCCEEDED', error: undefined, cause: undefined });
}
