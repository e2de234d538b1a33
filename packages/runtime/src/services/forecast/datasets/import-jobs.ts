import type { Forecast } from '@aws-sdk/client-forecast';
import type { Operations } from '../../../dispatch/service.ts';
import { arns } from '../arns.ts';
import { beginDeletion } from '../deletion.ts';
import { inUse, invalidInput } from '../errors.ts';
import type { Estimates } from '../jobs/estimates.ts';
import { checkS3Config } from '../jobs/s3-paths.ts';
import { newJobId, orderJob } from '../jobs/step-jobs.ts';
import { announce, isBeingDeleted, type Parts, times } from '../lifecycle.ts';
import { listPage } from '../lists.ts';
import { checkJobCount } from '../quotas.ts';
import type { Dataset, ImportJob } from '../resource.ts';
import { tagsOf } from '../tags.ts';
import { datasetStatus, isBeingImported } from './datasets.ts';
import { effectiveImports } from './effective-imports.ts';
import { checkReading } from './import-rules.ts';

/** CreateDatasetImportJob, DescribeDatasetImportJob, ListDatasetImportJobs, DeleteDatasetImportJob. */
export function importJobOperations(parts: Parts, estimates: Estimates) {
  const { host, resources } = parts;

  const requireReady = (dataset: Dataset, scope: { account: string; region: string }) => {
    const status = datasetStatus(resources, scope, dataset);
    if (!isBeingImported(status) && !isBeingDeleted(dataset)) return;
    throw inUse(
      `The dataset ${dataset.arn} has the status ${status}; data can be imported when it is ACTIVE.`,
    );
  };

  return {
    CreateDatasetImportJob(input, context) {
      const { DatasetImportJobName: name, DatasetArn, ImportMode: mode = 'FULL' } = input;
      const { S3Config: source } = input.DataSource;
      checkS3Config(source);
      const tags = tagsOf(input.Tags);
      return context.transaction(() => {
        const dataset = resources.get(context, 'dataset', DatasetArn);
        const arn = arns.importJob(context, dataset.name, name);
        resources.requireFree(context, 'dataset-import-job', arn);
        checkReading(dataset, input);
        requireReady(dataset, context);
        if (mode === 'INCREMENTAL' && effectiveImports(resources, context, DatasetArn).length === 0) {
          throw invalidInput(
            `The dataset ${DatasetArn} has no data to add to: the first import has to have the ImportMode FULL`,
          );
        }
        checkJobCount(parts, context, 'dataset-import-job');
        const job: ImportJob = {
          kind: 'dataset-import-job',
          name,
          arn,
          status: 'CREATE_PENDING',
          created: context.now,
          modified: context.now,
          tags,
          parent: DatasetArn,
          jobs: [newJobId(parts, `${dataset.name}.${name}`)],
          source,
          format: input.Format ?? 'CSV',
          mode,
          timestampFormat: input.TimestampFormat,
          timeZone: input.TimeZone,
          useGeolocationForTimeZone: input.UseGeolocationForTimeZone ?? false,
          geolocationFormat: input.GeolocationFormat,
        };
        resources.insert(context, job);
        orderJob(parts, context, job);
        announce(host, DatasetArn);
        return { DatasetImportJobArn: arn };
      });
    },

    DescribeDatasetImportJob({ DatasetImportJobArn }, context) {
      const job = resources.get(context, 'dataset-import-job', DatasetImportJobArn);
      return {
        DatasetImportJobArn,
        DatasetImportJobName: job.name,
        DatasetArn: job.parent,
        TimestampFormat: job.timestampFormat,
        TimeZone: job.timeZone,
        UseGeolocationForTimeZone: job.useGeolocationForTimeZone,
        GeolocationFormat: job.geolocationFormat,
        DataSource: { S3Config: job.source },
        EstimatedTimeRemainingInMinutes: estimates.minutesLeft(job.arn),
        FieldStatistics: job.statistics && { ...job.statistics },
        DataSize: job.dataSize,
        Status: job.status,
        Message: job.message,
        ...times(job, context.now),
        Format: job.format,
        ImportMode: job.mode,
      };
    },

    ListDatasetImportJobs(input, context) {
      const { page, NextToken } = listPage(resources, context, 'dataset-import-job', input, {
        DatasetArn: ({ parent }) => parent,
        Status: ({ status }) => status,
      });
      const DatasetImportJobs = page.map((job) => ({
        DatasetImportJobArn: job.arn,
        DatasetImportJobName: job.name,
        DataSource: { S3Config: job.source },
        Status: job.status,
        Message: job.message,
        ...times(job, context.now),
        ImportMode: job.mode,
      }));
      return { DatasetImportJobs, NextToken };
    },

    DeleteDatasetImportJob({ DatasetImportJobArn }, context) {
      return beginDeletion(parts, context, 'dataset-import-job', DatasetImportJobArn);
    },
  } satisfies Operations<Forecast>;
}
