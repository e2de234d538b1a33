import { Environments, Progress } from '@slipway/runtime/outside';
import { InvalidArgumentError, Option } from 'commander';
import type { ExitCode } from '../exit-codes.ts';
import { checkReadable, makeFolder } from '../forecast/files.ts';
import { type PreparedTable, prepareTable, type TableOptions } from '../forecast/prepare-table.ts';
import { runForecast } from '../forecast/run.ts';
import { seriesTable } from '../forecast/series-table.ts';
import { type GlobalOptions, type Settings, settingsFrom } from '../settings.ts';
import { showProgress } from '../terminal/progress-host.ts';
import { createTerminal } from '../terminal/terminal.ts';
import { accessOption, baseCommand, jsonOption, portOption, type SetExitCode } from './options.ts';

interface ForecastOptions extends GlobalOptions, TableOptions {
  readonly out: string;
}

/** As for `slipway run`: jobs take seconds here. */
const TIME_SCALE = 60;
const LONGEST_HORIZON = 500;
const FREQUENCY = /^([1-9]\d?)?(Y|M|W|D|H|min)$/;

const EXAMPLES = `
Examples:
  slipway forecast sales.csv --horizon 12
  slipway forecast sales.xlsx --target units --item sku --item store --holidays DE
  slipway forecast load.parquet --frequency H --horizon 72 --quantiles 0.05,0.5,0.95

The table has one row for each time and series (time, series, value), or a series in each column, or a
series in each row with the times in the first one. Rows after the last value, with the value empty, tell
what is known in advance (prices, promotions). The results' folder also gets forecast-config.json and
data.zip: the same run as a pipeline, for slipway run here or cdk deploy on AWS.`;

/** `slipway forecast <table>`: a forecast for people who know no AWS. */
export function forecastCommand(setExitCode: SetExitCode) {
  return baseCommand(
    'forecast',
    'Forecast a CSV, Excel or Parquet file; what is not said is guessed, and told',
  )
    .argument('<table>', 'CSV, .xlsx or .parquet file')
    .option('--horizon <periods>', 'how many periods to forecast', readHorizon)
    .option('--out <folder>', 'folder for the results', 'results')
    .option('--target <column>', 'column to be forecast')
    .option('--time <column>', 'column with the times')
    .option('--item <column>', 'column that tells series apart; may be repeated', collect)
    .option('--frequency <text>', 'Y, M, W, D, H, min or a multiple such as 15min', readFrequency)
    .option('--quantiles <list>', 'up to five, such as 0.1,0.5,0.9', readQuantiles)
    .addOption(
      new Option('--missing <meaning>', 'what a period without a row counts as').choices(['zero', 'nan']),
    )
    .addOption(
      new Option('--aggregation <how>', 'how several rows of a period become one').choices([
        'sum',
        'avg',
        'first',
        'min',
        'max',
      ]),
    )
    .option('--holidays <country>', "a country's holidays, such as US or DE", readCountry)
    .addOption(portOption())
    .addOption(accessOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (table: string, options: ForecastOptions) => {
      setExitCode(await forecast(table, options, settingsFrom(options, { timeScale: TIME_SCALE })));
    });
}

async function forecast(file: string, options: ForecastOptions, settings: Settings): Promise<ExitCode> {
  checkReadable(file);
  makeFolder(options.out);
  const terminal = createTerminal();
  const progress = new Progress();
  progress.listen(showProgress(terminal));
  const { python } = await new Environments({ ...settings, progress }).ensure('forecast');
  const prepared = await prepareTable(python, file, options.out, options);
  const { seriesCount, horizon, frequency } = prepared;
  terminal.say(terminal.style('bold', `${seriesCount} series, ${horizon} × ${frequency} ahead. Guessed:`));
  for (const sentence of prepared.said) terminal.say(`  ${sentence}`);
  return await runForecast(settings, {
    ...options,
    data: prepared.data,
    config: prepared.config,
    show: (forecastFile) => shown(prepared, forecastFile),
    more: { guessed: prepared.said, horizon, frequency, seriesCount },
  });
}

async function shown(prepared: PreparedTable, forecast: string): Promise<string[]> {
  const rows = await seriesTable(prepared, forecast);
  const count = rows.length - 2;
  const which =
    count < prepared.seriesCount
      ? `the ${count} largest of ${prepared.seriesCount} series`
      : `${count} series`;
  return [`Forecast, ${which}`, ...rows];
}

function readHorizon(text: string): number {
  const periods = Number(text);
  if (Number.isInteger(periods) && periods >= 1 && periods <= LONGEST_HORIZON) return periods;
  throw new InvalidArgumentError(`It is a whole number from 1 to ${LONGEST_HORIZON}.`);
}

function readFrequency(text: string): string {
  if (FREQUENCY.test(text)) return text === 'min' ? '1min' : text;
  throw new InvalidArgumentError('It is Y, M, W, D, H, min or a multiple such as 15min or 2W.');
}

function readQuantiles(text: string): string[] {
  const levels = text.split(',').map((level) => level.trim());
  if (levels.length <= 5 && levels.every((level) => /^(0?\.\d{1,2}|mean)$/.test(level))) return levels;
  throw new InvalidArgumentError(
    'They are up to five numbers from 0.01 to 0.99 or "mean", with commas between.',
  );
}

function readCountry(text: string): string {
  if (/^[A-Za-z]{2}$/.test(text)) return text.toUpperCase();
  throw new InvalidArgumentError('It is a country code of two letters, such as US.');
}

function collect(column: string, before: readonly string[] = []): string[] {
  return [...before, column];
}
