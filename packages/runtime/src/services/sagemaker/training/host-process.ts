import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError } from '../../../compute/environment-error.ts';
import type { JobCommand, JobEnd, JobKind, JobPlace } from '../../../compute/jobs.ts';
import { arnOf } from '../arns.ts';
import { failureText } from '../container/container-failure.ts';
import { containerProcess } from '../container/container-process.ts';
import { MlFolder } from '../container/ml-folder.ts';
import { S3Files, type S3Place } from '../container/s3-files.ts';
import { bringCode } from '../container/user-code.ts';
import { JobFault } from '../errors.ts';
import type { SageMakerParts } from '../parts.ts';
import { roleCaller } from '../roles.ts';
import { isScriptMode, submitDirectory } from './check-request.ts';
import { Checkpoints } from './checkpoints.ts';
import type { HostBody, TrainingLifecycle } from './lifecycle.ts';
import { MetricReader } from './metrics.ts';
import { type HostEnd, modeOf, TRAINING_KIND, type TrainingJob } from './training-job.ts';

// https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
const GRACE_MS = 120_000;
const STARTING_MS = 3_600_000;
const LOG_GROUP = '/aws/sagemaker/TrainingJobs';

/** One host of a training job as a process of this machine; it goes on when the runtime dies. */
export function trainingKind(parts: SageMakerParts, lifecycle: TrainingLifecycle): JobKind<HostBody> {
  const { host, store, logs } = parts;
  const checkpoints = new Checkpoints(host);

  return {
    afterCrash: 'attach',
    grace: GRACE_MS,

    async prepare(body, place) {
      const job = jobOf(body);
      const ml = new MlFolder(place.folder);
      ml.make();
      await host.database.transaction(() => lifecycle.step(body, body.name, 'Downloading'));
      await bringInput(parts, body, job, ml);
      const command = await processOf(parts, body, job, place);
      await host.database.transaction(() => lifecycle.step(body, body.name, 'Training'));
      return command;
    },

    async output(body, chunk, { id, attempt, folder }) {
      const job = jobOf(body);
      const as = () => roleCaller(host, body, job.request.RoleArn, job.arn);
      const { region, name } = body;
      const stream = `${name}/${body.host}-${+job.created}`;
      await logs.deliver({ region, group: LOG_GROUP, stream }, as, chunk, `${id}/${attempt}`);
      await takeMetrics(body, chunk.lines);
      if (body.host === 'algo-1') await checkpoints.sync(body, job, new MlFolder(folder));
    },

    async ended(body, end, place, done) {
      const hostEnd = endOf(host.clock.now(), end, place);
      await host.database.transaction(() => {
        done();
        lifecycle.hostEnded(body, body, hostEnd);
      });
      checkpoints.forget(arnOf(body, 'training-job', body.name));
    },
  };

  function jobOf(body: HostBody): TrainingJob {
    const job = store.get('training-job', body, body.name);
    if (!job) throw new Error(`Training job ${body.name} is gone`);
    return job;
  }

  async function takeMetrics(body: HostBody, lines: readonly string[]): Promise<void> {
    const { request, metrics } = jobOf(body);
    const reader = new MetricReader(request.AlgorithmSpecification?.MetricDefinitions ?? []);
    const now = new Date(host.clock.now());
    if (reader.read(metrics, lines, now) === metrics) return;
    await host.database.transaction(() => {
      const job = jobOf(body);
      store.update('training-job', body, { ...job, metrics: reader.read(job.metrics, lines, now) });
    });
  }
}

/** Data, configuration and checkpoints of one host. */
async function bringInput(
  { host }: SageMakerParts,
  body: HostBody,
  job: TrainingJob,
  ml: MlFolder,
): Promise<void> {
  const { request } = job;
  const caller = await roleCaller(host, body, request.RoleArn, job.arn);
  const files = new S3Files(host, caller, body.region);
  try {
    for (const channel of request.InputDataConfig ?? []) {
      const { S3Uri = '', S3DataDistributionType } = channel.DataSource?.S3DataSource ?? {};
      const found = await files.list(S3Uri);
      if (found.length === 0) {
        throw new JobFault(`No S3 objects found under S3 URL "${S3Uri}" given in input data source.`);
      }
      const own = S3DataDistributionType === 'ShardedByS3Key' ? shardOf(found, job, body.host) : found;
      const folder = ml.path(`input/data/${channel.ChannelName}`);
      mkdirSync(folder, { recursive: true });
      await files.bringAll(own, S3Uri, folder);
    }
    const code = submitDirectory(request);
    if (code !== undefined) await bringCode(files, code, ml.path('code'));
    const { S3Uri, LocalPath = 'checkpoints' } = request.CheckpointConfig ?? {};
    if (S3Uri !== undefined) {
      mkdirSync(ml.path(LocalPath), { recursive: true });
      await files.bringAll(await files.list(S3Uri), S3Uri, ml.path(LocalPath));
      ml.writeConfig('checkpointconfig', { S3Uri, LocalPath: ml.path(LocalPath) });
    }
  } catch (error) {
    if (!(error instanceof JobFault)) throw error;
    throw new JobFault(`ClientError: Data download failed: ${error.message.replace(/^ClientError: /, '')}`);
  }
  writeConfigs(job, body.host, ml);
}

/** Host i of n gets the objects i, i + n, … */
function shardOf(objects: readonly S3Place[], { hosts }: TrainingJob, hostName: string): S3Place[] {
  const index = hosts.findIndex(({ name }) => name === hostName);
  return objects.filter((_, position) => position % hosts.length === index);
}

function writeConfigs({ request, hosts }: TrainingJob, hostName: string, ml: MlFolder): void {
  const names = hosts.map(({ name }) => name);
  const { InstanceType } = request.ResourceConfig ?? {};
  ml.writeConfig('hyperparameters', request.HyperParameters ?? {});
  ml.writeConfig(
    'inputdataconfig',
    Object.fromEntries(
      (request.InputDataConfig ?? []).map((channel) => [
        channel.ChannelName,
        {
          ...(channel.ContentType !== undefined && { ContentType: channel.ContentType }),
          TrainingInputMode: modeOf(request, channel),
          S3DistributionType: channel.DataSource?.S3DataSource?.S3DataDistributionType ?? 'FullyReplicated',
          RecordWrapperType: channel.RecordWrapperType ?? 'None',
        },
      ]),
    ),
  );
  ml.writeConfig('resourceconfig', {
    current_host: hostName,
    current_instance_type: InstanceType,
    current_group_name: 'homogeneousCluster',
    hosts: names,
    instance_groups: [
      { instance_group_name: 'homogeneousCluster', instance_type: InstanceType, hosts: names },
    ],
    network_interface_name: 'eth0',
  });
}

async function processOf(
  { host, images }: SageMakerParts,
  body: HostBody,
  job: TrainingJob,
  { folder }: JobPlace,
): Promise<JobCommand> {
  const { request } = job;
  const {
    TrainingImage = '',
    ContainerEntrypoint,
    ContainerArguments = [],
  } = request.AlgorithmSpecification ?? {};
  const image = images.require(TrainingImage);
  const timeout = (request.StoppingCondition?.MaxRuntimeInSeconds ?? 0) * 1000;
  const cluster = join(host.jobs.folderOf(TRAINING_KIND, job.hosts[0]!.job), 'cluster');
  mkdirSync(cluster, { recursive: true });
  const process = await containerProcess(host, {
    scope: body,
    image,
    ml: new MlFolder(folder),
    folder,
    command: ContainerEntrypoint ? [...ContainerEntrypoint, ...ContainerArguments] : 'train',
    role: request.RoleArn,
    arn: job.arn,
    lasting: timeout + STARTING_MS,
    isProgram: isScriptMode(request),
    environment: {
      TRAINING_JOB_NAME: job.name,
      TRAINING_JOB_ARN: job.arn,
      // Hosts of a container cluster find each other by name; processes of one machine meet here.
      SLIPWAY_CLUSTER_FOLDER: cluster,
      ...request.Environment,
    },
  });
  return { ...process, timeout };
}

function endOf(now: number, end: JobEnd, place: JobPlace): HostEnd {
  const ended = end.record ? end.record.ended * 1000 : now;
  if (end.reason === 'stopped') return { outcome: 'stopped', ended };
  if (end.reason === 'timeout') return { outcome: 'timeout', ended };
  if (end.reason === 'exited' && end.exitCode === 0) return { outcome: 'succeeded', ended };
  const { error } = end;
  if (error instanceof JobFault) return { outcome: 'failed', message: error.message, ended };
  if (error instanceof EnvironmentError) {
    const message = `InternalServerError: The image's environment could not be made: ${error.message}`;
    return { outcome: 'failed', message, ended };
  }
  return { outcome: 'failed', message: failureText(end, place.folder), ended };
}
