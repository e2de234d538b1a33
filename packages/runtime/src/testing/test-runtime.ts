import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_ACCOUNT, DEFAULT_REGION, type RuntimeConfig } from '../config.ts';
import { IMAGES_FOLDER } from '../images-folder.ts';
import { type Runtime, type RuntimeParts, startRuntime } from '../runtime.ts';

/** A runtime of a test's own, on a free port and in a temporary folder. */
export interface TestRuntime extends Runtime, AsyncDisposable {
  /** What the AWS SDK's clients need to reach it. */
  readonly clientConfig: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

/** Starts a runtime; with `await using` it is stopped and its folder removed when the test ends. */
export async function startTestRuntime(
  config: Partial<RuntimeConfig> = {},
  parts: RuntimeParts = {},
): Promise<TestRuntime> {
  const temporary = config.stateFolder === undefined;
  const stateFolder = config.stateFolder ?? mkdtempSync(join(tmpdir(), 'slipway-'));
  const runtime = await startRuntime({ ...testConfig(stateFolder), ...config }, parts);
  return {
    ...runtime,
    clientConfig: {
      endpoint: runtime.endpoint,
      region: DEFAULT_REGION,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    async [Symbol.asyncDispose]() {
      await runtime.stop('end');
      if (temporary) rmSync(stateFolder, { recursive: true, force: true });
    },
  };
}

export function testConfig(stateFolder: string): RuntimeConfig {
  return {
    stateFolder,
    cacheFolder: process.env['SLIPWAY_CACHE'] ?? join(process.env['HOME'] ?? tmpdir(), '.cache', 'slipway'),
    imagesFolder: IMAGES_FOLDER,
    host: '127.0.0.1',
    port: 0,
    defaultAccount: DEFAULT_ACCOUNT,
    defaultRegion: DEFAULT_REGION,
    timeScale: 1,
    parity: false,
    python: 'python3',
  };
}
