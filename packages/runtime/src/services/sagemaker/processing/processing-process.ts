import { mkdirSync, writeFileSync } from 'node:fs';
import type { JobCommand, JobEnd, JobKind, JobPlace } from '../../../compute/jobs.ts';
import type { Scope } from '../../../store/collection.ts';
import { failureText } from '../container/container-failure.ts';
import { containerProcess } from '../container/container-process.ts';
import { MlFolder } from '../container/ml-folder.ts';
import { S3Files } from '../container/s3-files.ts';
import { JobFault } from '../errors.ts';
import type { SageMakerParts } from '../parts.ts';
import { roleCaller } from '../roles.ts';
import type { ProcessingLifecycle } from './lifecycle.ts';
import { describeProcessingJob, type ProcessEnd, type ProcessingJob } from './processing-job.ts';

const LOG_GROUP = '/aws/sagemaker/ProcessingJobs';
const GRACE_MS = 120_000;
const STARTING_MS = 3_600_000;
const DEFAULT_RUNTIME_S = 86_400;
const LONGEST_MESSAGE = 1024;

/** What a job's process has to know to find it. */
export interface ProcessingBody extends Scope {
  readonly name: string;
}

/** A processing job as a process of this machine; it goes on when the runtime dies. */
export function processingKind(
  parts: SageMakerParts,
  lifecycle: ProcessingLifecycle,
): JobKind<ProcessingBody> {
  const { host, store, logs } = parts;
  return {
    afterCrash: 'attach',
    grace: GRACE_MS,

    async prepare(body, place) {
      const job = jobOf(body);
      const ml = new MlFolder(place.folder);
      ml.make();
      await bringInputs(parts, body, job, ml);
      const command = await processOf(parts, body, job, place);
      await host.database.transaction(() => lifecycle.started(body, body.name));
      return command;
    },

    async output(body, chunk, { id, attempt }) {
      const { request, arn, name } = jobOf(body);
      const as = () => roleCaller(host, body, request.RoleArn, arn);
      const stream = { region: body.region, group: LOG_GROUP, stream: `${name}/algo-1` };
      await logs.deliver(stream, as, chunk, `${id}/${attempt}`);
    },

    async ended(body, end, place, done) {
      const outcome = endOf(end, place);
      await host.database.transaction(() => {
        done();
        lifecycle.processEnded(body, body.name, outcome);
      });
    },
  };

  function jobOf(body: ProcessingBody): ProcessingJob {
    const job = store.get('processing-job', body, body.name);
    if (!job) throw new Error(`Processing job ${body.name} is gone`);
    return job;
  }
}

async function bringInputs(
  { host }: SageMakerParts,
  body: ProcessingBody,
  job: ProcessingJob,
  ml: MlFolder,
): Promise<void> {
  const { ProcessingInputs = [], ProcessingOutputConfig, RoleArn } = job.request;
  const files = new S3Files(host, await roleCaller(host, body, RoleArn, job.arn), body.region);
  for (const { InputName, S3Input } of ProcessingInputs) {
    const { S3Uri, LocalPath = `/opt/ml/processing/input/${InputName}` } = S3Input ?? {};
    if (S3Uri === undefined) continue;
    const found = await files.list(S3Uri);
    if (found.length === 0) {
      throw new JobFault(
        `ClientError: Data download failed: No S3 objects found under S3 URL "${S3Uri}" given in input data source.`,
      );
    }
    mkdirSync(ml.path(LocalPath), { recursive: true });
    await files.bringAll(found, S3Uri, ml.path(LocalPath));
  }
  for (const { S3Output } of ProcessingOutputConfig?.Outputs ?? []) {
    if (S3Output?.LocalPath) mkdirSync(ml.path(S3Output.LocalPath), { recursive: true });
  }
  mkdirSync(ml.path('config'), { recursive: true });
  const { ProcessingJobArn, ...described } = describeProcessingJob(job);
  writeConfig(ml, 'processingjobconfig', { ProcessingJobArn, ...described });
  writeConfig(ml, 'resourceconfig', { current_host: 'algo-1', hosts: ['algo-1'] });
}

function writeConfig(ml: MlFolder, name: string, content: unknown): void {
  writeFileSync(ml.path(`config/${name}.json`), `${JSON.stringify(content, null, 2)}\n`);
}

async function processOf(
  { host, images }: SageMakerParts,
  body: ProcessingBody,
  { request, name, arn }: ProcessingJob,
  { folder }: JobPlace,
): Promise<JobCommand> {
  const { ImageUri, ContainerEntrypoint, ContainerArguments = [] } = request.AppSpecification;
  const image = images.require(ImageUri);
  if (!ContainerEntrypoint) {
    throw new JobFault(
      `ClientError: The image ${image.repository} has no program for processing; give ContainerEntrypoint.`,
    );
  }
  const timeout = (request.StoppingCondition?.MaxRuntimeInSeconds ?? DEFAULT_RUNTIME_S) * 1000;
  const process = await containerProcess(host, {
    scope: body,
    image,
    ml: new MlFolder(folder),
    folder,
    command: [...ContainerEntrypoint, ...ContainerArguments],
    role: request.RoleArn,
    arn,
    lasting: timeout + STARTING_MS,
    environment: { PROCESSING_JOB_NAME: name, PROCESSING_JOB_ARN: arn, ...request.Environment },
  });
  return { ...process, timeout };
}

function endOf(end: JobEnd, { folder }: JobPlace): ProcessEnd {
  const message = new MlFolder(folder).read('output/message')?.slice(0, LONGEST_MESSAGE);
  const exitMessage = message === undefined ? {} : { exitMessage: message };
  if (end.reason === 'stopped') return { status: 'Stopped', ...exitMessage };
  if (end.reason === 'exited' && end.exitCode === 0) return { status: 'Completed', ...exitMessage };
  const failureReason =
    end.error instanceof JobFault
      ? end.error.message
      : end.reason === 'timeout'
        ? 'ClientError: The job took longer than MaxRuntimeInSeconds.'
        : failureText(end, folder);
  return { status: 'Failed', failureReason, ...exitMessage };
}
