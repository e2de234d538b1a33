import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { S3 } from '@aws-sdk/client-s3';
import { processEnvironment } from '../../../runtime/src/compute/process-environment.ts';
import type { TestRuntime } from '../../../runtime/src/testing/test-runtime.ts';

/** How a script ended. */
export interface ScriptEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The pipeline's scripts as Glue runs them: processes with the image's Python, and S3 in a runtime. */
export class GlueScripts {
  readonly #runtime: TestRuntime;
  readonly s3: S3;

  constructor(runtime: TestRuntime) {
    this.#runtime = runtime;
    this.s3 = new S3({ ...runtime.clientConfig, forcePathStyle: true });
  }

  async run(
    script: 'preprocess' | 'postprocess',
    args: Readonly<Record<string, string>>,
  ): Promise<ScriptEnd> {
    const { endpoint, region, credentials } = this.#runtime.clientConfig;
    const { python, variables } = await this.#runtime.environments.ensure('glue');
    const file = fileURLToPath(new URL(`../../../pipelines/src/forecast/glue/${script}.py`, import.meta.url));
    const child = spawn(
      python,
      [file, ...Object.entries(args).flatMap(([name, value]) => [`--${name}`, value])],
      {
        env: processEnvironment({
          ...variables,
          AWS_ENDPOINT_URL: endpoint,
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_DEFAULT_REGION: region,
        }),
      },
    );
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

  async keys(Bucket: string, Prefix = ''): Promise<string[]> {
    const { Contents = [] } = await this.s3.listObjectsV2({ Bucket, Prefix });
    return Contents.map(({ Key = '' }) => Key);
  }

  async text(Bucket: string, Key: string): Promise<string> {
    return (await (await this.s3.getObject({ Bucket, Key })).Body?.transformToString()) ?? '';
  }
}
