import { join, relative } from 'node:path';
import { commandHint } from '../command-hint.ts';
import type { Connection } from '../connect.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Settings } from '../settings.ts';
import { duration } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ExecutionEnd } from './follow.ts';
import { saveReport } from './report-file.ts';
import {
  accuracyTable,
  type ForecastRows,
  REPORT_FILE,
  type RunOutput,
  readRows,
  saveResults,
} from './results.ts';

/** A run that has ended. */
export interface RunReport {
  readonly executionArn: string;
  readonly end: ExecutionEnd;
  /** What jobs remarked on. */
  readonly notes: ReadonlySet<string>;
  /** The folder for the results. */
  readonly out: string;
  readonly bucket: string;
  /** Lines that are shown of the merged forecast, in place of its first rows. */
  readonly show?: (forecast: string) => Promise<string[]>;
  /** Further members of what is printed as JSON. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const SHOWN_ROWS = 6;

/** Tells how a run ended and keeps its results. */
export async function report(
  connection: Connection,
  run: RunReport,
  settings: Settings,
  terminal: Terminal,
): Promise<ExitCode> {
  const { executionArn, end } = run;
  const milliseconds = end.ended.getTime() - end.started.getTime();
  if (end.status !== 'SUCCEEDED') {
    const { status, error, cause } = end;
    const notes = withoutBucket(run.notes, run.bucket);
    const file = join(run.out, REPORT_FILE);
    const uid = executionArn.slice(executionArn.lastIndexOf(':') + 1);
    const reported = await saveReport(connection, { bucket: run.bucket, key: `report/${uid}.html` }, file);
    if (settings.json) {
      const files = { report: reported ? file : undefined };
      terminal.print(
        JSON.stringify({ status, executionArn, error, cause, files, notes, milliseconds }, null, 2),
      );
    }
    tellNotes(notes, terminal);
    terminal.say(
      `${terminal.style('red', `The run ended ${status}`)} after ${duration(milliseconds)}${error ? `: ${error}` : ''}`,
    );
    terminal.say(cause ?? 'The execution gives no cause.');
    if (reported) terminal.say(`What it did: ${shortest(file)}`);
    return EXIT.runFailed;
  }
  const output = JSON.parse(end.output ?? '{}') as RunOutput;
  const files = await saveResults(connection, output, run.out);
  const notes = withoutBucket([...output.notes, ...run.notes], run.bucket);
  if (settings.json) {
    const { uid, metrics } = output;
    terminal.print(
      JSON.stringify(
        { status: end.status, executionArn, uid, ...run.more, files, metrics, notes, milliseconds },
        null,
        2,
      ),
    );
    return EXIT.ok;
  }
  terminal.say(`${terminal.style('green', 'Done')} in ${duration(milliseconds)}`);
  tellNotes(notes, terminal);
  terminal.print(`\nAccuracy of ${output.metrics.Algorithm} on backtests (0 is best)`);
  terminal.print(accuracyTable(output.metrics).join('\n'));
  const shown = await (run.show ?? firstRows)(files.forecast);
  terminal.print(`\n${shown.join('\n')}`);
  const bucketFolder = join(settings.stateFolder, 'objects', output.forecast.bucket);
  terminal.print(
    [
      '',
      `Forecast      ${shortest(files.forecast)}`,
      `Accuracy      ${shortest(files.accuracy)}`,
      ...(files.report ? [`Report        ${shortest(files.report)}`] : []),
      `In the bucket ${shortest(join(bucketFolder, output.forecast.key))}, with input/ and export/ beside it`,
      `Look further  ${connection.own ? `${commandHint(settings, 'up')}   then in another shell` : commandHint(settings, 'status')}`,
      ...(connection.own ? [`              ${commandHint(settings, 'status')}`] : []),
      `              ${commandHint(settings, 'logs')}`,
    ].join('\n'),
  );
  return EXIT.ok;
}

async function firstRows(forecast: string): Promise<string[]> {
  const rows = await readRows(forecast, SHOWN_ROWS);
  return [heading(rows), ...rows.first];
}

function heading({ total, first }: ForecastRows): string {
  const shown = first.length - 2;
  return shown < total ? `Forecast, the first ${shown} of ${total} rows` : `Forecast, ${total} rows`;
}

function tellNotes(notes: readonly string[], terminal: Terminal): void {
  for (const note of notes) terminal.say(`${terminal.style('gray', 'note')} ${note}`);
}

/** Files as the user knows them: by their place in the bucket. */
function withoutBucket(notes: Iterable<string>, bucket: string): string[] {
  return [...notes].map((note) => note.replaceAll(`s3://${bucket}/`, '')).toSorted();
}

/** A path from here, unless it leads out of this folder. */
function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}
