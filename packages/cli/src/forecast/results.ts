import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { S3 } from '@aws-sdk/client-s3';
import type { Connection } from '../connect.ts';
import { table } from '../terminal/table.ts';
import { type ReportObject, saveReport } from './report-file.ts';

/** What a successful run puts out. */
export interface RunOutput {
  readonly uid: string;
  readonly forecast: { readonly bucket: string; readonly key: string };
  /** Absent when it could not be made; the notes say why. */
  readonly report?: ReportObject | null;
  readonly metrics: AccuracyMetrics;
  readonly notes: readonly string[];
}

/** The accuracy of the algorithm that was used, per backtest window; the first entry is the summary. */
export interface AccuracyMetrics {
  readonly Algorithm: string;
  readonly TestWindows: readonly TestWindow[];
}

interface TestWindow {
  readonly EvaluationType: 'SUMMARY' | 'COMPUTED';
  readonly TestWindowStart?: string;
  readonly TestWindowEnd?: string;
  readonly ItemCount?: number;
  readonly Metrics: {
    readonly AverageWeightedQuantileLoss?: number;
    readonly WeightedQuantileLosses?: readonly { readonly Quantile: number; readonly LossValue: number }[];
    readonly ErrorMetrics?: readonly {
      readonly WAPE?: number;
      readonly RMSE?: number;
      readonly MASE?: number;
      readonly MAPE?: number;
    }[];
  };
}

/** The report's name among the results. */
export const REPORT_FILE = 'report.html';

/** Where the results of a run lie on disk. */
export interface ResultFiles {
  readonly forecast: string;
  readonly accuracy: string;
  readonly report: string | undefined;
}

/** Copies the merged forecast, the accuracy and the report out of the bucket into a folder. */
export async function saveResults(
  connection: Connection,
  output: RunOutput,
  folder: string,
): Promise<ResultFiles> {
  await mkdir(folder, { recursive: true });
  const forecast = join(folder, 'forecast.csv');
  const accuracy = join(folder, 'accuracy.json');
  const { bucket, key } = output.forecast;
  const { Body } = await connection.client<S3>('s3').getObject({ Bucket: bucket, Key: key });
  if (!Body) throw new Error(`s3://${bucket}/${key} has no content`);
  await pipeline(Body, createWriteStream(forecast));
  await writeFile(accuracy, `${JSON.stringify(output.metrics, null, 2)}\n`);
  const report = join(folder, REPORT_FILE);
  const reported = output.report ? await saveReport(connection, output.report, report) : false;
  return { forecast, accuracy, report: reported ? report : undefined };
}

/** The accuracy as a table, one line per backtest window. */
export function accuracyTable({ TestWindows }: AccuracyMetrics): string[] {
  const quantiles = (TestWindows[0]?.Metrics.WeightedQuantileLosses ?? [])
    .map(({ Quantile }) => Quantile)
    .toSorted((a, b) => a - b);
  const columns = [
    { heading: 'backtest window' },
    { heading: 'items', align: 'right' as const },
    ...['avg wQL', ...quantiles.map((quantile) => `wQL[${quantile}]`), 'WAPE', 'RMSE', 'MASE', 'MAPE'].map(
      (heading) => ({
        heading,
        align: 'right' as const,
      }),
    ),
  ];
  const rows = TestWindows.map(({ EvaluationType, TestWindowStart, TestWindowEnd, ItemCount, Metrics }) => {
    const errors = Metrics.ErrorMetrics?.[0] ?? {};
    const loss = (quantile: number) =>
      Metrics.WeightedQuantileLosses?.find(({ Quantile }) => Quantile === quantile)?.LossValue;
    return [
      EvaluationType === 'SUMMARY' ? 'summary' : `${day(TestWindowStart)} to ${day(TestWindowEnd)}`,
      ItemCount === undefined ? '' : String(ItemCount),
      ...[
        Metrics.AverageWeightedQuantileLoss,
        ...quantiles.map(loss),
        errors.WAPE,
        errors.RMSE,
        errors.MASE,
        errors.MAPE,
      ].map(figure),
    ];
  });
  return table(columns, rows);
}

/** The beginning of a merged forecast. */
export interface ForecastRows {
  readonly total: number;
  /** A table: heading, rule, rows. */
  readonly first: readonly string[];
}

/** The first rows of the merged forecast as a table, and how many there are. */
export async function readRows(path: string, count: number): Promise<ForecastRows> {
  const [heading = '', ...lines] = (await readFile(path, 'utf8')).trimEnd().split('\n');
  const rows = lines.slice(0, count).map((line) => line.split(',').map(shorten));
  const columns = heading
    .split(',')
    .map((name) => ({ heading: name, align: /^(p\d+|mean)$/.test(name) ? 'right' : 'left' }) as const);
  return { total: lines.length, first: table(columns, rows) };
}

/** Four significant digits; a value that was not computed stays empty. */
function figure(value: number | undefined): string {
  return value === undefined ? '' : Number(value.toPrecision(4)).toString();
}

function shorten(cell: string): string {
  return /^-?\d+\.\d{3,}(e[+-]?\d+)?$/.test(cell) ? Number(cell).toFixed(2) : cell.replace('T00:00:00Z', '');
}

/** `20211101T000000` as `2021-11-01`, with the time where it is not midnight. */
function day(stamp: string | undefined): string {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)/.exec(stamp ?? '');
  if (!match) return stamp ?? '';
  const [, year, month, date, hour, minute] = match;
  const time = hour === '00' && minute === '00' ? '' : ` ${hour}:${minute}`;
  return `${year}-${month}-${date}${time}`;
}
