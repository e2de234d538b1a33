import type { Host } from '../../../dispatch/host.ts';
import type { Parts } from '../lifecycle.ts';
import type { BacktestExport, ForecastExport } from '../resource.ts';
import { readOutput, type StepReport } from './image-output.ts';
import { fileOf } from './job-files.ts';
import { uploadOutput } from './s3-output.ts';
import type { Step, Workplace } from './step.ts';

const ROWS_PER_PART = 100_000;

interface ExportReport extends StepReport {
  /** Relative to the output folder. */
  readonly files: readonly string[];
}

/** Exporting a forecast to S3. */
export function forecastExportStep({ host, resources }: Parts): Step<'forecast-export-job'> {
  return {
    kind: 'forecast-export-job',
    async prepare(job, { scope }) {
      const forecast = resources.get(scope, 'forecast', job.parent);
      return { forecast: fileOf(host, forecast, 'forecast.parquet'), ...partsOf(job) };
    },
    collect: (job, work) => upload(host, job, work),
  };
}

/** Exporting a predictor's backtests to S3: the forecasts of the past, and their accuracy by item. */
export function backtestExportStep({ host, resources }: Parts): Step<'predictor-backtest-export-job'> {
  return {
    kind: 'predictor-backtest-export-job',
    async prepare(job, { scope }) {
      const predictor = resources.get(scope, 'predictor', job.parent);
      return {
        backtest: fileOf(host, predictor, 'backtest.parquet'),
        itemMetrics: fileOf(host, predictor, 'item-metrics.parquet'),
        ...partsOf(job),
      };
    },
    collect: (job, work) => upload(host, job, work),
  };
}

/** Files are named `<job>_<time of its creation>_part<N>`, so that a repetition names them the same. */
function partsOf({ name, created, format }: ForecastExport | BacktestExport) {
  const time = created
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  return { format, name: `${name}_${time}`, rowsPerPart: ROWS_PER_PART };
}

async function upload(host: Host, job: ForecastExport | BacktestExport, { scope, output }: Workplace) {
  const { files, notes } = readOutput<ExportReport>(output, 'report.json');
  // An export of the same name may have been made, and deleted, before.
  const name = `${job.arn}/${job.created.getTime()}`;
  await uploadOutput(host, scope, job.destination, { files, folder: output, name });
  return { notes };
}
