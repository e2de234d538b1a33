import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AccessMode } from '../access/authorizer.ts';
import { defaultCacheFolder } from '../cache-folder.ts';
import { clientEnvironment } from '../client-environment.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION, type RuntimeConfig } from '../config.ts';
import { deployAssembly } from '../deploy/assembly/deploy-assembly.ts';
import type { DeployedStack, DeployOptions } from '../deploy/assembly/deploy-options.ts';
import { inProcess } from '../deploy/assembly/in-process.ts';
import { IMAGES_FOLDER } from '../images-folder.ts';
import { type Runtime, startRuntime } from '../runtime.ts';
import { restore } from '../snapshot/index.ts';
import { saveSnapshot } from '../snapshot/save.ts';
import { ShiftedClock } from './shifted-clock.ts';

/** How a runtime for tests is set up. */
export interface TestRuntimeOptions {
  /** Default `us-east-1`. */
  readonly region?: string;
  /** Twelve digits; default `000000000000`. */
  readonly account?: string;
  /** What IAM policies decide: nothing (`off`), warnings (`audit`), or calls (`enforce`, the default here). */
  readonly access?: AccessMode;
  /** How many times faster state machines wait; default 1. Timeouts are never shortened. */
  readonly timeScale?: number;
  /** Python from which the environments of functions and jobs are made; default `python3`. */
  readonly python?: string;
}

/** A CDK app or stage. */
export interface Synthesizable {
  synth(): { readonly directory: string };
}

/** A runtime of a test's own: in this process, on a free port of 127.0.0.1, in a temporary folder. */
export interface TestRuntime extends AsyncDisposable {
  /** Stays the same over {@link TestRuntime.reset} and {@link TestRuntime.restore}. */
  readonly endpoint: string;
  /** For `new S3Client(runtime.clientConfig)` and every other client of the AWS SDK. */
  readonly clientConfig: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** Variables that point any AWS tool in a child process here. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Deploys a CDK app, or the folder of a cloud assembly (`cdk.out`).
   *
   * @returns the stacks with their outputs
   * @throws DeploymentFailure with the reasons that the stack's events give; AssemblyError
   */
  deploy(
    app: Synthesizable | string,
    options?: Pick<DeployOptions, 'stacks' | 'parameters'>,
  ): Promise<DeployedStack[]>;
  /**
   * Puts the runtime's clock forward: waits, retries, timeouts, schedules and visibility timeouts that are
   * set then become due. Functions and jobs are processes of this machine and see its clock.
   */
  advanceTime(milliseconds: number): void;
  /** Forgets everything: executions and jobs are ended, and the runtime is as new. */
  reset(): Promise<void>;
  /** Writes the whole state to an archive, replacing the file. */
  snapshot(file: string): Promise<void>;
  /** Goes back to what an archive of {@link TestRuntime.snapshot} holds; what is here now is lost. */
  restore(file: string): Promise<void>;
  /** Ends everything and removes the folder; what `await using` does. */
  stop(): Promise<void>;
}

/** Starts a runtime for tests; `await using runtime = await startTestRuntime()` stops it by itself. */
export async function startTestRuntime(options: TestRuntimeOptions = {}): Promise<TestRuntime> {
  const stateFolder = await mkdtemp(join(tmpdir(), 'slipway-test-'));
  const config = configFrom(options, stateFolder);
  const clock = new ShiftedClock();
  let runtime: Runtime = await startRuntime(config, { clock });
  const { endpoint, port } = runtime;
  const { defaultRegion: region, defaultAccount: account } = config;
  const remove = () => rm(stateFolder, { recursive: true, force: true });
  const restart = async (between: () => Promise<unknown>) => {
    await runtime.stop('end');
    await between();
    runtime = await startRuntime({ ...config, port }, { clock });
  };
  const stop = async () => {
    await runtime.stop('end');
    await remove();
  };
  return {
    endpoint,
    clientConfig: { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'slipway' } },
    environment: clientEnvironment({ endpoint, region, account }),
    async deploy(app, { stacks, parameters } = {}) {
      const folder = typeof app === 'string' ? app : synthesize(app);
      return await deployAssembly(folder, { ...inProcess(runtime), stacks, parameters });
    },
    advanceTime: (milliseconds) => clock.advance(milliseconds),
    reset: () => restart(remove),
    async snapshot(file) {
      await saveSnapshot(runtime.snapshot, file, true);
    },
    restore: (file) => restart(() => restore(file, stateFolder, true)),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Without the CDK's template validator, which takes seconds a synth, where the user has not chosen. */
function synthesize(app: Synthesizable): string {
  const chosen = process.env['CDK_VALIDATION'];
  process.env['CDK_VALIDATION'] ??= 'false';
  try {
    return app.synth().directory;
  } finally {
    if (chosen === undefined) delete process.env['CDK_VALIDATION'];
  }
}

function configFrom(options: TestRuntimeOptions, stateFolder: string): RuntimeConfig {
  return {
    stateFolder,
    cacheFolder: defaultCacheFolder(),
    imagesFolder: IMAGES_FOLDER,
    host: '127.0.0.1',
    port: 0,
    defaultAccount: options.account ?? DEFAULT_ACCOUNT,
    defaultRegion: options.region ?? DEFAULT_REGION,
    access: options.access ?? 'enforce',
    timeScale: options.timeScale ?? 1,
    parity: false,
    python: options.python ?? 'python3',
  };
}
