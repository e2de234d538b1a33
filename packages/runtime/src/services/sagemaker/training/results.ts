import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecondaryStatus, TrainingJobStatus } from '@aws-sdk/client-sagemaker';
import { packFolder } from '../../../compute/archives.ts';
import type { Scope } from '../../../store/collection.ts';
import { newestAttempt } from '../container/attempts.ts';
import { MlFolder } from '../container/ml-folder.ts';
import { parseS3Uri, S3Files } from '../container/s3-files.ts';
import { JobFault } from '../errors.ts';
import type { SageMakerParts } from '../parts.ts';
import { roleCaller } from '../roles.ts';
import { outputPrefix, TRAINING_KIND, type TrainingJob } from './training-job.ts';

const LONGEST_REASON = 1024;

/** How a job ends. */
export interface TrainingEnd {
  readonly status: TrainingJobStatus;
  readonly secondary: SecondaryStatus;
  readonly failureReason?: string;
  readonly artifacts?: string;
}

/**
 * Uploads what the hosts of an ended job made, and says how the job ends. A job that was stopped, or took
 * too long, keeps what it has made so far; one that failed keeps its checkpoints. Repeated after a crash
 * it writes nothing twice.
 */
export async function publishResults(
  { host }: SageMakerParts,
  scope: Scope,
  job: TrainingJob,
): Promise<TrainingEnd> {
  const folders = job.hosts.map(({ job: id }) => new MlFolder(newestAttempt(host, TRAINING_KIND, id)));
  const outcome = outcomeOf(job);
  try {
    const caller = await roleCaller(host, scope, job.request.RoleArn, job.arn);
    const files = new S3Files(host, caller, scope.region);
    await uploadCheckpoints(files, job, folders[0]!);
    if (outcome.status === 'Failed') return outcome;
    const first = job.hosts[0]!.job;
    const merged = join(host.jobs.folderOf(TRAINING_KIND, first), 'results');
    const artifacts = await uploadModel(files, job, { folders, merged, token: first });
    await uploadOutput(files, job, { folders, merged, token: first });
    await rm(merged, { recursive: true, force: true });
    return { ...outcome, ...(artifacts !== undefined && { artifacts }) };
  } catch (error) {
    if (!(error instanceof JobFault)) throw error;
    return failed(outcome.failureReason ?? `ClientError: Data upload failed: ${error.message}`);
  }
}

/** How the processes' ends make the job's: the first failure counts, stops that came of it do not. */
function outcomeOf({ status, hosts }: TrainingJob): TrainingEnd {
  if (status === 'Stopping') return { status: 'Stopped', secondary: 'Stopped' };
  const ends = hosts.map(({ end }) => end!).sort((a, b) => a.ended - b.ended);
  const failure = ends.find(({ outcome }) => outcome === 'failed');
  if (failure) return failed(failure.message ?? 'InternalServerError: The job failed.');
  if (ends.some(({ outcome }) => outcome === 'timeout')) {
    return { status: 'Stopped', secondary: 'MaxRuntimeExceeded' };
  }
  return { status: 'Completed', secondary: 'Completed' };
}

function failed(reason: string): TrainingEnd {
  return { status: 'Failed', secondary: 'Failed', failureReason: reason.slice(0, LONGEST_REASON) };
}

interface Made {
  readonly folders: readonly MlFolder[];
  /** A folder for what is put together of all hosts. */
  readonly merged: string;
  readonly token: string;
}

async function uploadModel(files: S3Files, job: TrainingJob, made: Made): Promise<string | undefined> {
  const folder = await merge(made, 'model');
  if (folder === undefined && job.status === 'Stopping') return undefined;
  const model = folder ?? made.folders[0]!.path('model');
  const prefix = outputPrefix(job);
  if (job.request.OutputDataConfig.CompressionType === 'NONE') {
    await files.putFolder(model, `${prefix}/model`, `${made.token}/model`);
    return `${prefix}/model/`;
  }
  const archive = join(made.merged, 'model.tar.gz');
  await mkdir(made.merged, { recursive: true });
  await packFolder(model, archive);
  const target = `${prefix}/model.tar.gz`;
  await files.put(parseS3Uri(target), archive, `${made.token}/model.tar.gz`);
  return target;
}

async function uploadOutput(files: S3Files, job: TrainingJob, made: Made): Promise<void> {
  const folder = await merge(made, 'output/data');
  if (folder === undefined) return;
  const prefix = outputPrefix(job);
  if (job.request.OutputDataConfig.CompressionType === 'NONE') {
    await files.putFolder(folder, `${prefix}/data`, `${made.token}/data`);
    return;
  }
  const archive = join(made.merged, 'output.tar.gz');
  await mkdir(made.merged, { recursive: true });
  await packFolder(folder, archive);
  await files.put(parseS3Uri(`${prefix}/output.tar.gz`), archive, `${made.token}/output.tar.gz`);
}

async function uploadCheckpoints(files: S3Files, { request }: TrainingJob, ml: MlFolder): Promise<void> {
  const { S3Uri, LocalPath = 'checkpoints' } = request.CheckpointConfig ?? {};
  if (S3Uri === undefined || !existsSync(ml.path(LocalPath))) return;
  await files.putFolder(ml.path(LocalPath), S3Uri);
}

/** One folder with what all hosts have at a path, the first host's winning; undefined when nobody has anything. */
async function merge({ folders, merged }: Made, path: string): Promise<string | undefined> {
  const filled: string[] = [];
  for (const ml of folders) {
    const names = await readdir(ml.path(path)).catch(() => []);
    if (names.length > 0) filled.push(ml.path(path));
  }
  if (filled.length <= 1) return filled[0];
  const target = join(merged, path);
  await mkdir(target, { recursive: true });
  for (const folder of filled.reverse()) await cp(folder, target, { recursive: true });
  return target;
}
