import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { SFN } from '@aws-sdk/client-sfn';
import { FORECAST_MILESTONES } from '@slipway/pipelines';
import { type Connection, connectAnywhere } from '../connect.ts';
import { deploy } from '../deployment.ts';
import { EXIT, type ExitCode, UserError } from '../exit-codes.ts';
import { untilInterrupted } from '../interrupt.ts';
import type { GlobalOptions, Settings } from '../settings.ts';
import { resolveTarget } from '../targets.ts';
import { showProgress } from '../terminal/progress-host.ts';
import { duration } from '../terminal/table.ts';
import { createTerminal, type Terminal } from '../terminal/terminal.ts';
import { type ExecutionEnd, follow } from './follow.ts';
import { accuracyTable, firstRows, type ResultFiles, type RunOutput, saveResults } from './results.ts';
import { uploadAndStart } from './upload.ts';

export interface ForecastRunOptions extends GlobalOptions {
  readonly data: string;
  readonly config: string;
  readonly out: string;
}

/** Images whose Python environments the pipeline needs. */
const IMAGES = ['forecast', 'glue'];
const SHOWN_ROWS = 5;

/** Runs pipeline A from the user's files to results on disk. */
export async function runForecast(settings: Settings, options: ForecastRunOptions): Promise<ExitCode> {
  for (const file of [options.data, options.config]) checkReadable(file);
  const terminal = createTerminal();
  const interrupted = new AbortController();
  void untilInterrupted().then(() => interrupted.abort());
  const connection = await connectAnywhere(settings, showProgress(terminal));
  try {
    const [target] = await Promise.all([resolveTarget('forecast', settings, {}), connection.prepare(IMAGES)]);
    const [stack] = await deploy(connection, target.assembly, terminal, target.stacks);
    const { BucketName = '', StateMachineArn = '' } = stack?.outputs ?? {};
    interrupted.signal.throwIfAborted();
    const executionArn = await uploadAndStart(
      connection,
      { bucket: BucketName, stateMachineArn: StateMachineArn },
      options,
    );
    terminal.say(
      `Execution ${terminal.style('bold', executionArn.slice(executionArn.lastIndexOf(':') + 1))}`,
    );
    const end = await followOrStop(connection, executionArn, terminal, interrupted.signal);
    return await report(connection, executionArn, end, { ...options, json: settings.json }, terminal);
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    terminal.say('Interrupted.');
    return EXIT.interrupted;
  } finally {
    await connection.close();
  }
}

function checkReadable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch {
    throw new UserError(EXIT.usage, `${file} does not exist or cannot be read.`);
  }
}

/** An interrupt stops the execution, so that nothing goes on behind the user's back. */
async function followOrStop(
  connection: Connection,
  executionArn: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExecutionEnd> {
  try {
    return await follow(connection, executionArn, FORECAST_MILESTONES, terminal, signal);
  } catch (error) {
    if (signal.aborted) {
      terminal.settle();
      await connection.client<SFN>('states').stopExecution({
        executionArn,
        error: 'Interrupted',
        cause: 'Interrupted in the terminal',
      });
    }
    throw error;
  }
}

async function report(
  connection: Connection,
  executionArn: string,
  end: ExecutionEnd,
  { out, json = false }: { out: string; json?: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const took = end.ended.getTime() - end.started.getTime();
  if (end.status !== 'SUCCEEDED') {
    const { status, error, cause } = end;
    if (json)
      terminal.print(JSON.stringify({ status, executionArn, error, cause, milliseconds: took }, null, 2));
    terminal.say(
      `${terminal.style('red', `The run ended ${status}`)} after ${duration(took)}: ${error ?? ''}`,
    );
    terminal.say(cause ?? 'The execution gives no cause.');
    return EXIT.runFailed;
  }
  const output = JSON.parse(end.output ?? '{}') as RunOutput;
  const files = await saveResults(connection, output, out);
  if (json) {
    const { uid, metrics, notes } = output;
    terminal.print(
      JSON.stringify(
        { status: end.status, executionArn, uid, files, metrics, notes, milliseconds: took },
        null,
        2,
      ),
    );
    return EXIT.ok;
  }
  await show(output, files, took, terminal);
  return EXIT.ok;
}

async function show(output: RunOutput, files: ResultFiles, took: number, terminal: Terminal): Promise<void> {
  terminal.say(`Done in ${duration(took)}`);
  for (const note of output.notes) terminal.say(`${terminal.style('yellow', 'note')} ${note}`);
  terminal.print(`\nAccuracy of ${output.metrics.Algorithm} on backtests`);
  terminal.print(accuracyTable(output.metrics).join('\n'));
  terminal.print(`\nForecast, first ${SHOWN_ROWS} rows`);
  terminal.print((await firstRows(files.forecast, SHOWN_ROWS)).join('\n'));
  terminal.print(`\nForecast  ${files.forecast}\nAccuracy  ${files.accuracy}`);
  terminal.print(
    `Look further: slipway up, then slipway status, slipway logs, ${join('.slipway', 'objects')}`,
  );
}
