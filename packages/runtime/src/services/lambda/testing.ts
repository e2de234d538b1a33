import { buffer } from 'node:stream/consumers';
import { Lambda, type Runtime } from '@aws-sdk/client-lambda';
import { ZipFile } from 'yazl';
import type { TestRuntime } from '../../testing/test-runtime.ts';

/** An archive of the given files. */
export async function archiveOf(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  return await buffer(zip.outputStream);
}

export const ROLE = 'arn:aws:iam::000000000000:role/worker';

/** What a test does with functions, through the SDK. */
export class FunctionTests {
  readonly lambda: Lambda;

  constructor(runtime: Pick<TestRuntime, 'clientConfig'>) {
    this.lambda = new Lambda(runtime.clientConfig);
  }

  /** Creates a Python function of one file, `index.py`, with the handler `index.handler`. */
  async python(name: string, source: string, settings: object = {}): Promise<void> {
    await this.create(name, 'python3.12', { 'index.py': source }, settings);
  }

  /** Creates a Node function of one CommonJS file, `index.js`, with the handler `index.handler`. */
  async node(name: string, source: string, settings: object = {}): Promise<void> {
    await this.create(name, 'nodejs22.x', { 'index.js': source }, settings);
  }

  async create(
    name: string,
    runtime: Runtime,
    files: Readonly<Record<string, string>>,
    settings: object = {},
  ): Promise<void> {
    await this.lambda.createFunction({
      FunctionName: name,
      Runtime: runtime,
      Handler: 'index.handler',
      Role: ROLE,
      Code: { ZipFile: await archiveOf(files) },
      Timeout: 30,
      ...settings,
    });
  }

  /** Invokes a function and waits for its answer. */
  async invoke(name: string, event: unknown = {}, settings: object = {}) {
    const answer = await this.lambda.invoke({
      FunctionName: name,
      Payload: JSON.stringify(event),
      LogType: 'Tail',
      ...settings,
    });
    const text = Buffer.from(answer.Payload ?? []).toString('utf8');
    return {
      error: answer.FunctionError,
      version: answer.ExecutedVersion,
      log: Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8'),
      payload: (text === '' ? undefined : JSON.parse(text)) as unknown,
    };
  }
}
