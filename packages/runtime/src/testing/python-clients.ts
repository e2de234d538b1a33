import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Environments } from '../compute/environments.ts';
import { processEnvironment } from '../compute/process-environment.ts';
import type { RuntimeConfig } from '../config.ts';
import { Progress } from '../progress.ts';
import type { TestRuntime } from './test-runtime.ts';

/** How a client program ended. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a Python program with the pinned boto3 against a runtime, as its user would. */
export async function runPython(runtime: TestRuntime, program: string): Promise<ProgramEnd> {
  return await run(runtime, ['-c', program]);
}

/** Runs the pinned AWS CLI against a runtime. */
export async function runAwsCli(runtime: TestRuntime, ...args: string[]): Promise<ProgramEnd> {
  return await run(runtime, ['-m', 'awscli', ...args]);
}

/** The interpreter of the environment with the pinned boto3, AWS CLI and pytest. */
export async function clientsPython(
  config: Pick<RuntimeConfig, 'cacheFolder' | 'imagesFolder' | 'python'>,
): Promise<string> {
  const environments = new Environments({
    imagesFolder: fileURLToPath(new URL('../../test', import.meta.url)),
    cacheFolder: config.cacheFolder,
    python: config.python,
    progress: new Progress(),
    // The tool that makes environments is pinned beside the images.
    toolsFolder: config.imagesFolder,
  });
  return (await environments.ensure('clients')).python;
}

async function run(runtime: TestRuntime, args: readonly string[]): Promise<ProgramEnd> {
  const { clientConfig, config } = runtime;
  const child = spawn(await clientsPython(config), [...args], {
    env: processEnvironment({
      AWS_ENDPOINT_URL: clientConfig.endpoint,
      AWS_ACCESS_KEY_ID: clientConfig.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: clientConfig.credentials.secretAccessKey,
      AWS_REGION: clientConfig.region,
      AWS_DEFAULT_REGION: clientConfig.region,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
      PYTHONUNBUFFERED: '1',
    }),
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => {
    output.stdout += data.toString('utf8');
  });
  child.stderr.on('data', (data: Buffer) => {
    output.stderr += data.toString('utf8');
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, ...output };
}
