import type { SageMaker } from '@aws-sdk/client-sagemaker';
import type { CallContext } from '../../../dispatch/context.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { arnOf } from '../arns.ts';
import { inUse, invalid, notSupported } from '../errors.ts';
import { listPage } from '../lists.ts';
import { servedModel } from '../models/model.ts';
import type { SageMakerParts } from '../parts.ts';
import { tagsOf } from '../tags.ts';
import { dataProcessingOf } from './data-processing.ts';
import {
  describeTransformJob,
  isOver,
  TRANSFORM_KIND,
  type TransformJob,
  type TransformRequest,
} from './transform-job.ts';
import type { TransformBody } from './transform-process.ts';

const EVENT = 'SageMaker Transform Job State Change';
const LARGEST_MEMORY_MB = 100;

/** Batch transform jobs. */
export function transformJobOperations({ host, store, events }: SageMakerParts) {
  return {
    CreateTransformJob({ Tags, ...request }, context) {
      const tags = tagsOf(Tags);
      checkTransform(request);
      const { TransformJobName: name } = request;
      const arn = arnOf(context, 'transform-job', name);
      const id = `${name}-${host.ids.ulid(+context.now)}`;
      return context.transaction(() => {
        const model = store.get('model', context, request.ModelName);
        if (!model) throw invalid(`Could not find model "${arnOf(context, 'model', request.ModelName)}".`);
        const job: TransformJob = {
          ...{ name, arn, tags, request, status: 'InProgress', job: id },
          ...{ created: context.now, modified: context.now, model: servedModel(model) },
        };
        if (!store.insert('transform-job', context, job)) {
          // Unverified: AWS's words.
          throw inUse(
            'Transform job names must be unique within an AWS account and region, ' +
              `and a transform job with this name already exists (${arn})`,
          );
        }
        const { account, region } = context;
        host.jobs.order<TransformBody>(TRANSFORM_KIND, id, { account, region, name });
        events.changed(context, arn, EVENT, describeTransformJob(job));
        return { TransformJobArn: arn };
      });
    },

    DescribeTransformJob({ TransformJobName }, context) {
      return describeTransformJob(jobOf(context, TransformJobName));
    },

    ListTransformJobs(input, context) {
      const { page, ...rest } = listPage(store.all('transform-job', context), input, {
        order: 'Descending',
        operation: context.operation,
      });
      const TransformJobSummaries = page.map(
        ({ name, arn, created, modified, ended, status, failureReason }) => ({
          TransformJobName: name,
          TransformJobArn: arn,
          CreationTime: created,
          LastModifiedTime: modified,
          TransformEndTime: ended,
          TransformJobStatus: status,
          FailureReason: failureReason,
        }),
      );
      return { TransformJobSummaries, ...rest };
    },

    StopTransformJob({ TransformJobName }, context) {
      return context.transaction(() => {
        const job = jobOf(context, TransformJobName);
        if (isOver(job)) {
          throw invalid(`The request was rejected because the transform job is in status ${job.status}.`);
        }
        const stopping: TransformJob = { ...job, status: 'Stopping', modified: context.now };
        store.update('transform-job', context, stopping);
        host.jobs.stop(job.job);
        events.changed(context, job.arn, EVENT, describeTransformJob(stopping));
        return {};
      });
    },
  } satisfies Operations<SageMaker>;

  function jobOf(context: CallContext, name: string): TransformJob {
    const job = store.get('transform-job', context, name);
    if (!job) throw invalid(`Could not find requested job with name: ${name}`);
    return job;
  }
}

/** @throws ServiceError for what cannot be, or what this version does not have */
function checkTransform(request: TransformRequest): void {
  const { TransformInput, MaxConcurrentTransforms = 1, MaxPayloadInMB = 6, DataCaptureConfig } = request;
  const { S3DataSource } = TransformInput.DataSource ?? {};
  if (S3DataSource?.S3DataType !== 'S3Prefix')
    throw notSupported(`S3DataType ${S3DataSource?.S3DataType} is`);
  const { SplitType = 'None' } = TransformInput;
  if (SplitType !== 'None' && SplitType !== 'Line') throw notSupported(`SplitType ${SplitType} is`);
  if (DataCaptureConfig) throw notSupported('Data capture is');
  // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTransformJob.html
  if (MaxPayloadInMB > LARGEST_MEMORY_MB || MaxConcurrentTransforms * MaxPayloadInMB > LARGEST_MEMORY_MB) {
    throw invalid(
      `MaxConcurrentTransforms × MaxPayloadInMB must not be greater than ${LARGEST_MEMORY_MB} MB.`,
    );
  }
  dataProcessingOf(request);
}
