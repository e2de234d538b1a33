import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { wholeHistory } from '../../../runtime/src/testing/mortal/history-flows.ts';
import { withoutTimes } from '../../../runtime/src/testing/mortal/without-times.ts';
import type { Clients } from './clients.ts';
import type { DeployedPipeline } from './laboratory.ts';
import { storyOf } from './story.ts';
import { witnessed } from './witness.ts';

/**
 * What a run has left behind, without what differs between runs in names and times.
 *
 * @param events - how many events an undisturbed run makes
 */
export async function outcomeOf(
  clients: Clients,
  { bucket, stateMachineArn }: DeployedPipeline,
  events: number,
) {
  const { sfn, s3, glue } = clients;
  const { executions = [] } = await sfn.listExecutions({ stateMachineArn });
  const { executionArn = '', name: uid = '' } = executions[0] ?? {};
  const plain = (text: string) => withoutTimes(withoutPolls(text.replaceAll(uid, '<uid>')));
  const { status, output, error, cause } = await sfn.describeExecution({ executionArn });
  const { Contents = [] } = await s3.listObjectsV2({ Bucket: bucket });
  const keys = Contents.map(({ Key = '' }) => Key);
  const { JobNames = [] } = await glue.listJobs({});
  const runs = await Promise.all(
    JobNames.map(async (JobName) => {
      const { JobRuns = [] } = await glue.getJobRuns({ JobName });
      return [JobName, JobRuns.map(({ JobRunState, Attempt }) => ({ JobRunState, Attempt }))];
    }),
  );
  return {
    executions: executions.length,
    status,
    failure: error === undefined ? undefined : { error, cause },
    output: plain(output ?? ''),
    keys: keys.map(plain),
    forecast: status === 'SUCCEEDED' ? await clients.text(bucket, `forecast/${uid}.csv`) : undefined,
    resources: (await forecastResources(clients)).map(plain),
    runs: Object.fromEntries(runs),
    metrics: await metricSamples(clients),
    events: (await witnessed(clients, events)).map(plain),
    story: storyOf(await wholeHistory(clients.sfn, executionArn), plain),
  };
}

export type Outcome = Awaited<ReturnType<typeof outcomeOf>>;

/** How many processes of the forecast image began, by the kind of their work. */
export function stepsOf(stateFolder: string): Record<string, number> {
  const jobs = join(stateFolder, 'jobs');
  const kinds = readdirSync(jobs).filter((kind) => kind.startsWith('forecast-'));
  return Object.fromEntries(
    kinds.map((kind) => {
      const folders = readdirSync(join(jobs, kind));
      return [kind, folders.filter((id) => readdirSync(join(jobs, kind, id)).includes('taken')).length];
    }),
  );
}

async function forecastResources({ forecast }: Clients): Promise<string[]> {
  const [groups, datasets, imports, predictors, backtests, forecasts, exports] = await Promise.all([
    forecast.listDatasetGroups({}),
    forecast.listDatasets({}),
    forecast.listDatasetImportJobs({}),
    forecast.listPredictors({}),
    forecast.listPredictorBacktestExportJobs({}),
    forecast.listForecasts({}),
    forecast.listForecastExportJobs({}),
  ]);
  return [
    ...(groups.DatasetGroups ?? []).map(({ DatasetGroupArn }) => `${DatasetGroupArn}`),
    ...(datasets.Datasets ?? []).map(({ DatasetArn }) => `${DatasetArn}`),
    ...(imports.DatasetImportJobs ?? []).map((job) => `${job.DatasetImportJobArn} ${job.Status}`),
    ...(predictors.Predictors ?? []).map(({ PredictorArn, Status }) => `${PredictorArn} ${Status}`),
    ...(forecasts.Forecasts ?? []).map(({ ForecastArn, Status }) => `${ForecastArn} ${Status}`),
    ...(backtests.PredictorBacktestExportJobs ?? []).map(
      (job) => `${job.PredictorBacktestExportJobArn} ${job.Status}`,
    ),
    ...(exports.ForecastExportJobs ?? []).map((job) => `${job.ForecastExportJobArn} ${job.Status}`),
  ].toSorted();
}

/** How many values each metric of the pipeline has got. */
async function metricSamples({ cloudWatch }: Clients): Promise<string[]> {
  const { Metrics = [] } = await cloudWatch.listMetrics({ Namespace: 'FORECAST' });
  const now = Date.now();
  const counts = Metrics.map(async ({ MetricName, Dimensions = [] }) => {
    const { Datapoints = [] } = await cloudWatch.getMetricStatistics({
      Namespace: 'FORECAST',
      MetricName,
      Dimensions,
      StartTime: new Date(now - 3_600_000),
      EndTime: new Date(now + 3_600_000),
      Period: 3600,
      Statistics: ['SampleCount'],
    });
    const samples = Datapoints.reduce((sum, { SampleCount = 0 }) => sum + SampleCount, 0);
    return `${MetricName} ${Dimensions.map(({ Value }) => Value).join(' ')}: ${samples}`;
  });
  return (await Promise.all(counts)).toSorted();
}

/** How many rounds a waiting loop made is up to time. */
function withoutPolls(text: string): string {
  return text.replace(/(?<=\w+Polls":")\d+/g, '<rounds>');
}
