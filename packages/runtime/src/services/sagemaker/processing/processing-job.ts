import type {
  CreateProcessingJobRequest,
  DescribeProcessingJobResponse,
  ProcessingJobStatus,
} from '@aws-sdk/client-sagemaker';
import type { Validated } from '../../../dispatch/types.ts';
import type { Resource } from '../resource-store.ts';

/** Processing's kind among the runtime's jobs. */
export const PROCESSING_KIND = 'sagemaker-processing';

export type ProcessingRequest = Omit<Validated<CreateProcessingJobRequest>, 'Tags'>;

/** How a job's process ended. */
export interface ProcessEnd {
  readonly status: 'Completed' | 'Failed' | 'Stopped';
  readonly failureReason?: string;
  readonly exitMessage?: string;
}

export interface ProcessingJob extends Resource {
  readonly request: ProcessingRequest;
  readonly status: ProcessingJobStatus;
  /** Id of its process among the runtime's jobs. */
  readonly job: string;
  /** How its process ended; its output is uploaded after that. */
  readonly end?: ProcessEnd;
  readonly started?: Date;
  readonly ended?: Date;
  readonly exitMessage?: string;
  readonly failureReason?: string;
}

export function isOver({ status }: Pick<ProcessingJob, 'status'>): boolean {
  return status === 'Completed' || status === 'Failed' || status === 'Stopped';
}

/** What DescribeProcessingJob answers. */
export function describeProcessingJob(job: ProcessingJob): Omit<DescribeProcessingJobResponse, '$metadata'> {
  const { request, started, ended } = job;
  return {
    ...request,
    ProcessingJobArn: job.arn,
    ProcessingJobStatus: job.status,
    ...(job.exitMessage !== undefined && { ExitMessage: job.exitMessage }),
    ...(job.failureReason !== undefined && { FailureReason: job.failureReason }),
    CreationTime: job.created,
    LastModifiedTime: job.modified,
    ...(started && { ProcessingStartTime: started }),
    ...(ended && { ProcessingEndTime: ended }),
  };
}
