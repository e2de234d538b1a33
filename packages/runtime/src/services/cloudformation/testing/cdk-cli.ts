import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processEnvironment } from '../../../compute/process-environment.ts';
import type { TestRuntime } from '../../../testing/test-runtime.ts';

export interface CliEnd {
  readonly code: number | null;
  /** Standard output and error as they came. */
  readonly output: string;
  readonly seconds: number;
}

const CLI = fileURLToPath(new URL('../../../../../../node_modules/aws-cdk/bin/cdk', import.meta.url));
const APP = fileURLToPath(new URL('./cdk-app.ts', import.meta.url));

/** Makes the test app's cloud assembly. @returns the folder of the assembly */
export async function synthesize(context: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-cdk-'));
  const { code, output } = await run(process.execPath, [APP], {
    CDK_OUTDIR: folder,
    CDK_CONTEXT_JSON: JSON.stringify(context),
    CDK_VALIDATION: 'false',
    NODE_OPTIONS: '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
  });
  if (code !== 0) throw new Error(output);
  return folder;
}

/** Runs the CDK's own command line against a runtime, as its user would: with an endpoint setting only. */
export async function runCdk(runtime: TestRuntime, ...args: string[]): Promise<CliEnd> {
  const { endpoint, region, credentials } = runtime.clientConfig;
  return await run(process.execPath, [CLI, '--no-notices', '--no-color', ...args], {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_VALIDATION: 'false',
    // The command line remembers which account a key belongs to; another runtime may say something else.
    HOME: mkdtempSync(join(tmpdir(), 'slipway-home-')),
  });
}

async function run(
  command: string,
  args: readonly string[],
  variables: Record<string, string>,
): Promise<CliEnd> {
  const started = performance.now();
  const child = spawn(command, [...args], { env: processEnvironment(variables), cwd: tmpdir() });
  let output = '';
  const collect = (data: Buffer) => {
    output += data.toString('utf8');
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, output, seconds: (performance.now() - started) / 1000 };
}
