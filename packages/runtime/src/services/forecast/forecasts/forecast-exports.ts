import type { Forecast } from '@aws-sdk/client-forecast';
import type { Operations } from '../../../dispatch/service.ts';
import { arns } from '../arns.ts';
import { beginDeletion } from '../deletion.ts';
import { checkS3Config } from '../jobs/s3-paths.ts';
import { newJobId, orderJob } from '../jobs/step-jobs.ts';
import { type Parts, requireActive, times } from '../lifecycle.ts';
import { listPage } from '../lists.ts';
import { checkJobCount } from '../quotas.ts';
import type { ForecastExport } from '../resource.ts';
import { tagsOf } from '../tags.ts';

/** Create, Describe, List and Delete of ForecastExportJobs. */
export function forecastExportOperations(parts: Parts) {
  const { resources } = parts;
  return {
    CreateForecastExportJob(input, context) {
      const { ForecastExportJobName: name, ForecastArn, Destination } = input;
      checkS3Config(Destination.S3Config);
      const tags = tagsOf(input.Tags);
      return context.transaction(() => {
        const forecast = resources.get(context, 'forecast', ForecastArn);
        const arn = arns.forecastExport(context, forecast.name, name);
        resources.requireFree(context, 'forecast-export-job', arn);
        requireActive(forecast);
        checkJobCount(parts, context, 'forecast-export-job');
        const job: ForecastExport = {
          kind: 'forecast-export-job',
          name,
          arn,
          status: 'CREATE_PENDING',
          created: context.now,
          modified: context.now,
          tags,
          parent: ForecastArn,
          jobs: [newJobId(parts, name)],
          destination: Destination.S3Config,
          format: input.Format ?? 'CSV',
        };
        resources.insert(context, job);
        orderJob(parts, context, job);
        return { ForecastExportJobArn: arn };
      });
    },

    DescribeForecastExportJob({ ForecastExportJobArn }, context) {
      const job = resources.get(context, 'forecast-export-job', ForecastExportJobArn);
      return {
        ForecastExportJobArn,
        ForecastExportJobName: job.name,
        ForecastArn: job.parent,
        Destination: { S3Config: job.destination },
        Message: job.message,
        Status: job.status,
        ...times(job, context.now),
        Format: job.format,
      };
    },

    ListForecastExportJobs(input, context) {
      const { page, NextToken } = listPage(resources, context, 'forecast-export-job', input, {
        ForecastArn: ({ parent }) => parent,
        Status: ({ status }) => status,
      });
      const ForecastExportJobs = page.map((job) => ({
        ForecastExportJobArn: job.arn,
        ForecastExportJobName: job.name,
        Destination: { S3Config: job.destination },
        Status: job.status,
        Message: job.message,
        ...times(job, context.now),
      }));
      return { ForecastExportJobs, NextToken };
    },

    DeleteForecastExportJob({ ForecastExportJobArn }, context) {
      return beginDeletion(parts, context, 'forecast-export-job', ForecastExportJobArn);
    },
  } satisfies Operations<Forecast>;
}
