import type { Forecast } from '@aws-sdk/client-forecast';
import type { Operations } from '../../../dispatch/service.ts';
import { arns } from '../arns.ts';
import { beginDeletion } from '../deletion.ts';
import { checkS3Config } from '../jobs/s3-paths.ts';
import { newJobId, orderJob } from '../jobs/step-jobs.ts';
import { type Parts, requireActive, times } from '../lifecycle.ts';
import { listPage } from '../lists.ts';
import { checkJobCount } from '../quotas.ts';
import type { BacktestExport } from '../resource.ts';
import { tagsOf } from '../tags.ts';

/** Create, Describe, List and Delete of PredictorBacktestExportJobs. */
export function backtestExportOperations(parts: Parts) {
  const { resources } = parts;
  return {
    CreatePredictorBacktestExportJob(input, context) {
      const { PredictorBacktestExportJobName: name, PredictorArn, Destination } = input;
      checkS3Config(Destination.S3Config);
      const tags = tagsOf(input.Tags);
      return context.transaction(() => {
        const predictor = resources.get(context, 'predictor', PredictorArn);
        const arn = arns.backtestExport(context, predictor.name, name);
        resources.requireFree(context, 'predictor-backtest-export-job', arn);
        requireActive(predictor);
        checkJobCount(parts, context, 'predictor-backtest-export-job');
        const job: BacktestExport = {
          kind: 'predictor-backtest-export-job',
          name,
          arn,
          status: 'CREATE_PENDING',
          created: context.now,
          modified: context.now,
          tags,
          parent: PredictorArn,
          jobs: [newJobId(parts, name)],
          destination: Destination.S3Config,
          format: input.Format ?? 'CSV',
        };
        resources.insert(context, job);
        orderJob(parts, context, job);
        return { PredictorBacktestExportJobArn: arn };
      });
    },

    DescribePredictorBacktestExportJob({ PredictorBacktestExportJobArn: arn }, context) {
      const job = resources.get(context, 'predictor-backtest-export-job', arn);
      return {
        PredictorBacktestExportJobArn: arn,
        PredictorBacktestExportJobName: job.name,
        PredictorArn: job.parent,
        Destination: { S3Config: job.destination },
        Message: job.message,
        Status: job.status,
        ...times(job, context.now),
        Format: job.format,
      };
    },

    ListPredictorBacktestExportJobs(input, context) {
      const { page, NextToken } = listPage(resources, context, 'predictor-backtest-export-job', input, {
        PredictorArn: ({ parent }) => parent,
        Status: ({ status }) => status,
      });
      const PredictorBacktestExportJobs = page.map((job) => ({
        PredictorBacktestExportJobArn: job.arn,
        PredictorBacktestExportJobName: job.name,
        Destination: { S3Config: job.destination },
        Status: job.status,
        Message: job.message,
        ...times(job, context.now),
      }));
      return { PredictorBacktestExportJobs, NextToken };
    },

    DeletePredictorBacktestExportJob({ PredictorBacktestExportJobArn: arn }, context) {
      return beginDeletion(parts, context, 'predictor-backtest-export-job', arn);
    },
  } satisfies Operations<Forecast>;
}
