import { type CreateJobRequest, Glue, type JobRun } from '@aws-sdk/client-glue';
import { S3 } from '@aws-sdk/client-s3';
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from '../../config.ts';
import type { TestRuntime } from '../../testing/test-runtime.ts';
import { runTopic } from './names.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/etl';
const BUCKET = 'glue-scripts';
const ENDED = ['SUCCEEDED', 'FAILED', 'STOPPED', 'TIMEOUT'];

/** What a test does with jobs, through the SDK. */
export class JobTests {
  readonly #signals: TestRuntime['signals'] | undefined;
  readonly glue: Glue;
  readonly s3: S3;

  /** @param runtime - without signals, nothing can be waited for */
  constructor(runtime: Pick<TestRuntime, 'clientConfig'> & Partial<Pick<TestRuntime, 'signals'>>) {
    this.#signals = runtime.signals;
    this.glue = new Glue(runtime.clientConfig);
    this.s3 = new S3(runtime.clientConfig);
  }

  /** Puts a file into the test's bucket. @returns its URI */
  async put(key: string, body: string | Uint8Array): Promise<string> {
    await this.s3.createBucket({ Bucket: BUCKET });
    await this.s3.putObject({ Bucket: BUCKET, Key: key, Body: body });
    return `s3://${BUCKET}/${key}`;
  }

  /** Creates a Python shell job with this script. */
  async create(name: string, script: string, settings: Partial<CreateJobRequest> = {}): Promise<void> {
    const ScriptLocation = await this.put(`${name}.py`, script);
    await this.glue.createJob({
      Name: name,
      Role: ROLE,
      Command: { Name: 'pythonshell', PythonVersion: '3.9', ScriptLocation },
      ...settings,
    });
  }

  async start(JobName: string, Arguments?: Record<string, string>): Promise<string> {
    const { JobRunId = '' } = await this.glue.startJobRun({ JobName, Arguments });
    return JobRunId;
  }

  /** The run, once it is in one of these states. */
  async until(JobName: string, RunId: string, states: readonly string[] = ENDED): Promise<JobRun> {
    const scope = { account: DEFAULT_ACCOUNT, region: DEFAULT_REGION };
    if (!this.#signals) throw new Error('There is nobody to tell of changes');
    return await this.#signals.until(runTopic(scope, JobName, RunId), async () => {
      const { JobRun } = await this.glue.getJobRun({ JobName, RunId });
      return states.includes(JobRun?.JobRunState ?? '') ? JobRun : undefined;
    });
  }

  /** Starts a run and waits for its end. */
  async run(jobName: string, args?: Record<string, string>): Promise<JobRun> {
    return await this.until(jobName, await this.start(jobName, args));
  }
}
