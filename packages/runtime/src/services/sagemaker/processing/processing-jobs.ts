import type { SageMaker } from '@aws-sdk/client-sagemaker';
import type { CallContext } from '../../../dispatch/context.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { arnOf } from '../arns.ts';
import { inUse, invalid, notSupported } from '../errors.ts';
import { listPage } from '../lists.ts';
import type { SageMakerParts } from '../parts.ts';
import { checkRole } from '../roles.ts';
import { tagsOf } from '../tags.ts';
import type { ProcessingLifecycle } from './lifecycle.ts';
import {
  describeProcessingJob,
  isOver,
  type ProcessingJob,
  type ProcessingRequest,
} from './processing-job.ts';

/** Processing jobs. */
export function processingJobOperations({ host, store }: SageMakerParts, lifecycle: ProcessingLifecycle) {
  return {
    async CreateProcessingJob({ Tags, ...request }, context) {
      const tags = tagsOf(Tags);
      checkProcessing(request);
      const { ProcessingJobName: name } = request;
      const arn = arnOf(context, 'processing-job', name);
      await checkRole(host, context, request.RoleArn, arn);
      const job: ProcessingJob = {
        ...{ name, arn, tags, request, status: 'InProgress' },
        ...{ created: context.now, modified: context.now, job: `${name}-${host.ids.ulid(+context.now)}` },
      };
      return await context.transaction(() => {
        if (!lifecycle.create(context, job)) {
          // Unverified: AWS's words.
          throw inUse(
            'Processing job names must be unique within an AWS account and region, ' +
              `and a processing job with this name already exists (${arn})`,
          );
        }
        return { ProcessingJobArn: arn };
      });
    },

    DescribeProcessingJob({ ProcessingJobName }, context) {
      return describeProcessingJob(jobOf(context, ProcessingJobName));
    },

    ListProcessingJobs(input, context) {
      const { page, ...rest } = listPage(store.all('processing-job', context), input, {
        order: 'Ascending',
        operation: context.operation,
      });
      const ProcessingJobSummaries = page.map((job) => ({
        ProcessingJobName: job.name,
        ProcessingJobArn: job.arn,
        CreationTime: job.created,
        LastModifiedTime: job.modified,
        ProcessingEndTime: job.ended,
        ProcessingJobStatus: job.status,
        FailureReason: job.failureReason,
        ExitMessage: job.exitMessage,
      }));
      return { ProcessingJobSummaries, ...rest };
    },

    StopProcessingJob({ ProcessingJobName }, context) {
      return context.transaction(() => {
        const job = jobOf(context, ProcessingJobName);
        if (isOver(job)) {
          throw invalid(`The request was rejected because the processing job is in status ${job.status}.`);
        }
        lifecycle.stop(context, job);
        return {};
      });
    },

    DeleteProcessingJob({ ProcessingJobName }, context) {
      return context.transaction(() => {
        const job = jobOf(context, ProcessingJobName);
        if (!isOver(job)) {
          throw inUse(
            `The processing job ${job.arn} is in status ${job.status}; only ended jobs can be deleted.`,
          );
        }
        store.delete('processing-job', context, ProcessingJobName);
        return {};
      });
    },
  } satisfies Operations<SageMaker>;

  function jobOf(context: CallContext, name: string): ProcessingJob {
    const job = store.get('processing-job', context, name);
    if (!job) throw invalid(`Could not find requested job with name: ${name}`);
    return job;
  }
}

/** @throws ServiceError for what this version does not have */
function checkProcessing({
  ProcessingInputs = [],
  ProcessingOutputConfig,
  ProcessingResources,
}: ProcessingRequest): void {
  if ((ProcessingResources.ClusterConfig?.InstanceCount ?? 1) > 1) {
    throw notSupported('Processing on several instances is');
  }
  for (const { InputName, S3Input, DatasetDefinition, AppManaged } of ProcessingInputs) {
    if (DatasetDefinition) throw notSupported(`Input ${InputName}: DatasetDefinition is`);
    if (AppManaged) throw notSupported(`Input ${InputName}: AppManaged is`);
    const { S3InputMode = 'File', S3DataType, S3CompressionType = 'None' } = S3Input ?? {};
    if (S3InputMode !== 'File') throw notSupported(`Input ${InputName}: input mode ${S3InputMode} is`);
    if (S3Input && S3DataType !== 'S3Prefix')
      throw notSupported(`Input ${InputName}: S3DataType ${S3DataType} is`);
    if (S3CompressionType !== 'None')
      throw invalid(`Input ${InputName}: compression is for input mode Pipe only.`);
  }
  for (const { OutputName, S3Output, FeatureStoreOutput, AppManaged } of ProcessingOutputConfig?.Outputs ??
    []) {
    if (FeatureStoreOutput) throw notSupported(`Output ${OutputName}: FeatureStoreOutput is`);
    if (AppManaged) throw notSupported(`Output ${OutputName}: AppManaged is`);
    if (S3Output?.S3UploadMode === 'Continuous') {
      throw notSupported(`Output ${OutputName}: upload mode Continuous is`);
    }
  }
}
