import type {
  CreateTransformJobRequest,
  DescribeTransformJobResponse,
  TransformJobStatus,
} from '@aws-sdk/client-sagemaker';
import type { Validated } from '../../../dispatch/types.ts';
import type { ServedModel } from '../models/model.ts';
import type { Resource } from '../resource-store.ts';

/** Transform's kind among the runtime's jobs. */
export const TRANSFORM_KIND = 'sagemaker-transform';

export type TransformRequest = Omit<Validated<CreateTransformJobRequest>, 'Tags'>;

export interface TransformJob extends Resource {
  readonly request: TransformRequest;
  readonly status: TransformJobStatus;
  readonly model: ServedModel;
  /** Id of its container's process among the runtime's jobs. */
  readonly job: string;
  /** What came of it, once all objects have been worked on; the container ends after that. */
  readonly outcome?: { readonly failureReason?: string };
  readonly started?: Date;
  readonly ended?: Date;
  readonly failureReason?: string;
}

export function isOver({ status }: Pick<TransformJob, 'status'>): boolean {
  return status === 'Completed' || status === 'Failed' || status === 'Stopped';
}

/** What DescribeTransformJob answers. */
export function describeTransformJob(job: TransformJob): Omit<DescribeTransformJobResponse, '$metadata'> {
  const { request, started, ended } = job;
  return {
    ...request,
    TransformJobArn: job.arn,
    TransformJobStatus: job.status,
    ...(job.failureReason !== undefined && { FailureReason: job.failureReason }),
    CreationTime: job.created,
    ...(started && { TransformStartTime: started }),
    ...(ended && { TransformEndTime: ended }),
  };
}
