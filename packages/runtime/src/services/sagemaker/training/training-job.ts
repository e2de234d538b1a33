import type {
  Channel,
  CreateTrainingJobRequest,
  DescribeTrainingJobResponse,
  MetricData,
  SecondaryStatus,
  SecondaryStatusTransition,
  TrainingJobStatus,
} from '@aws-sdk/client-sagemaker';
import type { Validated } from '../../../dispatch/types.ts';
import type { Resource } from '../resource-store.ts';

/** Training's kind among the runtime's jobs. */
export const TRAINING_KIND = 'sagemaker-training';

export type TrainingRequest = Omit<Validated<CreateTrainingJobRequest>, 'Tags'>;

/** How one host's process ended. */
export interface HostEnd {
  readonly outcome: 'succeeded' | 'failed' | 'stopped' | 'timeout';
  /** Why it failed, as a FailureReason. */
  readonly message?: string;
  /** In milliseconds since the epoch. */
  readonly ended: number;
}

/** One instance of a job: a process of this machine. */
export interface Host {
  /** `algo-1` */
  readonly name: string;
  /** Id of its process among the runtime's jobs. */
  readonly job: string;
  readonly end?: HostEnd;
}

export interface TrainingJob extends Resource {
  readonly request: TrainingRequest;
  readonly status: TrainingJobStatus;
  readonly secondary: SecondaryStatus;
  readonly transitions: readonly SecondaryStatusTransition[];
  readonly hosts: readonly Host[];
  /** The last value of each metric, in the order of FinalMetricDataList. */
  readonly metrics: readonly MetricData[];
  readonly started?: Date;
  readonly ended?: Date;
  readonly failureReason?: string;
  readonly artifacts?: string;
}

/** What the service says of each step on the way. */
const MESSAGES: Partial<Record<SecondaryStatus, string>> = {
  Starting: 'Starting the training job',
  Downloading: 'Downloading input data',
  Training: 'Training image download completed. Training in progress.',
  Uploading: 'Uploading generated training model',
  Stopping: 'Stopping the training job',
  Stopped: 'Training job stopped',
  MaxRuntimeExceeded: 'Training job runtime exceeded MaxRuntimeInSeconds provided',
  Completed: 'Training job completed',
  Failed: 'Training job failed',
};

/** The job one step further; the step before ends where this one begins. */
export function stepped(
  job: TrainingJob,
  status: TrainingJobStatus,
  secondary: SecondaryStatus,
  now: Date,
): TrainingJob {
  const before = job.transitions.map((transition, index) =>
    index === job.transitions.length - 1 ? { ...transition, EndTime: now } : transition,
  );
  const isEnd = status === 'Completed' || status === 'Failed' || status === 'Stopped';
  const transition = { Status: secondary, StartTime: now, StatusMessage: MESSAGES[secondary] };
  return {
    ...job,
    status,
    secondary,
    modified: now,
    transitions: [...before, { ...transition, ...(isEnd && { EndTime: now }) }],
    ...(isEnd && { ended: now }),
  };
}

export function isOver({ status }: Pick<TrainingJob, 'status'>): boolean {
  return status === 'Completed' || status === 'Failed' || status === 'Stopped';
}

/** The channel's input mode: its own, or the algorithm's. */
export function modeOf({ AlgorithmSpecification }: TrainingRequest, { InputMode }: Channel): string {
  return InputMode ?? AlgorithmSpecification?.TrainingInputMode ?? 'File';
}

/** Where a job's results go: `<S3OutputPath>/<job>/output`. */
export function outputPrefix({ name, request }: TrainingJob): string {
  return `${(request.OutputDataConfig.S3OutputPath ?? '').replace(/\/$/, '')}/${name}/output`;
}

/** What DescribeTrainingJob answers. */
export function describeTrainingJob(job: TrainingJob): Omit<DescribeTrainingJobResponse, '$metadata'> {
  const { request, started, ended } = job;
  const seconds = started && ended ? Math.max(1, Math.round((+ended - +started) / 1000)) : undefined;
  return {
    ...request,
    TrainingJobName: job.name,
    TrainingJobArn: job.arn,
    ModelArtifacts: { S3ModelArtifacts: job.artifacts },
    TrainingJobStatus: job.status,
    SecondaryStatus: job.secondary,
    SecondaryStatusTransitions: [...job.transitions],
    StoppingCondition: request.StoppingCondition,
    CreationTime: job.created,
    LastModifiedTime: job.modified,
    ...(job.failureReason !== undefined && { FailureReason: job.failureReason }),
    ...(started && { TrainingStartTime: started }),
    ...(ended && { TrainingEndTime: ended }),
    ...(seconds !== undefined && {
      TrainingTimeInSeconds: seconds,
      BillableTimeInSeconds: seconds * job.hosts.length,
    }),
    ...(job.metrics.length > 0 && { FinalMetricDataList: [...job.metrics] }),
    ProfilingStatus: 'Disabled',
  };
}
