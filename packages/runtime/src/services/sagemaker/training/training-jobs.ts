import type { SageMaker, TrainingJobSummary } from '@aws-sdk/client-sagemaker';
import type { CallContext } from '../../../dispatch/context.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { arnOf } from '../arns.ts';
import { inUse, invalid } from '../errors.ts';
import { listPage } from '../lists.ts';
import type { SageMakerParts } from '../parts.ts';
import { checkRole } from '../roles.ts';
import { tagsOf } from '../tags.ts';
import { checkedRequest } from './check-request.ts';
import type { TrainingLifecycle } from './lifecycle.ts';
import { MetricReader } from './metrics.ts';
import { describeTrainingJob, isOver, type TrainingJob } from './training-job.ts';

/** Training jobs. */
export function trainingJobOperations({ host, store, images }: SageMakerParts, lifecycle: TrainingLifecycle) {
  return {
    async CreateTrainingJob({ Tags, ...input }, context) {
      const tags = tagsOf(Tags);
      const image = images.find(input.AlgorithmSpecification?.TrainingImage ?? '');
      const request = checkedRequest(input, image);
      // Says now what would fail later.
      new MetricReader(request.AlgorithmSpecification?.MetricDefinitions ?? []);
      warnOfDifferences(request, context);
      const arn = arnOf(context, 'training-job', input.TrainingJobName);
      await checkRole(host, context, request.RoleArn, arn);
      return await context.transaction(() => {
        const created = lifecycle.create(context, { name: input.TrainingJobName, arn, tags, request });
        if (!created) {
          throw inUse(
            'Training job names must be unique within an AWS account and region, ' +
              `and a training job with this name already exists (${arn})`,
          );
        }
        return { TrainingJobArn: arn };
      });
    },

    DescribeTrainingJob({ TrainingJobName }, context) {
      return describeTrainingJob(jobOf(context, TrainingJobName));
    },

    ListTrainingJobs(input, context) {
      const { page, ...rest } = listPage(store.all('training-job', context), input, {
        order: 'Ascending',
        operation: context.operation,
      });
      return { TrainingJobSummaries: page.map(summaryOf), ...rest };
    },

    StopTrainingJob({ TrainingJobName }, context) {
      return context.transaction(() => {
        const job = jobOf(context, TrainingJobName);
        if (isOver(job)) {
          // Unverified: AWS's words.
          throw invalid(`The request was rejected because the training job is in status ${job.status}.`);
        }
        lifecycle.stop(context, job);
        return {};
      });
    },

    DeleteTrainingJob({ TrainingJobName }, context) {
      return context.transaction(() => {
        const job = jobOf(context, TrainingJobName);
        if (!isOver(job)) {
          throw inUse(
            `The training job ${job.arn} is in status ${job.status}; only ended jobs can be deleted.`,
          );
        }
        store.delete('training-job', context, TrainingJobName);
        return {};
      });
    },
  } satisfies Operations<SageMaker>;

  function jobOf(context: CallContext, name: string): TrainingJob {
    const job = store.get('training-job', context, name);
    if (!job) throw invalid('Requested resource not found.');
    return job;
  }
}

function summaryOf(job: TrainingJob): TrainingJobSummary {
  return {
    TrainingJobName: job.name,
    TrainingJobArn: job.arn,
    CreationTime: job.created,
    ...(job.ended && { TrainingEndTime: job.ended }),
    LastModifiedTime: job.modified,
    TrainingJobStatus: job.status,
    SecondaryStatus: job.secondary,
  };
}

function warnOfDifferences(
  {
    EnableNetworkIsolation,
    TrainingJobName,
  }: { EnableNetworkIsolation?: boolean | undefined; TrainingJobName: string },
  { warn }: Pick<CallContext, 'warn'>,
): void {
  if (EnableNetworkIsolation) {
    warn(`Training job ${TrainingJobName} asks for network isolation; a process of this machine has none.`);
  }
}
