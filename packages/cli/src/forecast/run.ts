import type { SFN } from '@aws-sdk/client-sfn';
import { FORECAST_MILESTONES } from '@slipway/pipelines/milestones';
import type { ProgressEvent } from '@slipway/runtime/outside';
import { commandHint } from '../command-hint.ts';
import { type Connection, connectAnywhere } from '../connect.ts';
import { deploy } from '../deployment.ts';
import { EXIT, type ExitCode, UserError } from '../exit-codes.ts';
import { untilInterrupted } from '../interrupt.ts';
import type { GlobalOptions, Settings } from '../settings.ts';
import { resolveTarget } from '../targets.ts';
import { showProgress } from '../terminal/progress-host.ts';
import { createTerminal, type Terminal } from '../terminal/terminal.ts';
import { checkReadable, makeFolder } from './files.ts';
import { type ExecutionEnd, follow, type Working } from './follow.ts';
import { type RunReport, report } from './report.ts';
import { uploadAndStart } from './upload.ts';

export interface ForecastRunOptions extends GlobalOptions {
  readonly data: string;
  readonly config: string;
  readonly out: string;
  /** CDK context of the pipeline's app. */
  readonly context?: Readonly<Record<string, string>>;
  /** Lines that are shown of the merged forecast, in place of its first rows. */
  readonly show?: (forecast: string) => Promise<string[]>;
  /** Further members of what is printed as JSON. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Images whose Python environments the pipeline needs. */
const IMAGES = ['forecast', 'glue'];

/** Runs pipeline A from the user's files to results on disk. */
export async function runForecast(settings: Settings, options: ForecastRunOptions): Promise<ExitCode> {
  for (const file of [options.data, options.config]) checkReadable(file);
  makeFolder(options.out);
  const terminal = createTerminal();
  const interrupted = new AbortController();
  void untilInterrupted().then(() => interrupted.abort());
  const { signal } = interrupted;
  const notes = new Set<string>();
  const working: Working = {};
  const connection = await connectAnywhere(settings, keepNotes(notes, working, showProgress(terminal)));
  try {
    if (!connection.own) tellWhere(connection, settings, terminal);
    const pipeline = await orInterrupted(
      deployPipeline(connection, settings, options.context ?? {}, terminal),
      signal,
    );
    const executionArn = await uploadAndStart(connection, pipeline, options);
    terminal.say(
      `Execution ${terminal.style('bold', executionArn.slice(executionArn.lastIndexOf(':') + 1))}`,
    );
    const end = await followOrStop(connection, executionArn, terminal, signal, working);
    const { out, show, more } = options;
    const run: RunReport = {
      ...{ executionArn, end, notes, out, bucket: pipeline.bucket },
      ...(show && { show }),
      ...(more && { more }),
    };
    return await report(connection, run, settings, terminal);
  } catch (error) {
    if (!signal.aborted) throw error;
    terminal.say('Interrupted.');
    return EXIT.interrupted;
  } finally {
    await connection.close();
  }
}

async function deployPipeline(
  connection: Connection,
  settings: Settings,
  context: Readonly<Record<string, string>>,
  terminal: Terminal,
) {
  const [target] = await Promise.all([
    resolveTarget('forecast', settings, context),
    connection.prepare(IMAGES),
  ]);
  const [stack] = await deploy(connection, target.assembly, terminal, target.stacks);
  const { BucketName = '', StateMachineArn = '' } = stack?.outputs ?? {};
  return { bucket: BucketName, stateMachineArn: StateMachineArn };
}

/** An interrupt does not wait for the making of an environment or for a deployment. */
async function orInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const interrupt = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  const result = await Promise.race([work, interrupt]);
  signal.throwIfAborted();
  return result;
}

/** What a job remarks on is told at the end, beside the results; how far one is, below the steps. */
function keepNotes(
  notes: Set<string>,
  working: Working,
  show: (event: ProgressEvent) => void,
): (event: ProgressEvent) => void {
  return (event) => {
    if (event.type === 'note') notes.add(event.message);
    else if (event.type === 'job.progress') working.line = `${event.label} ${event.done}/${event.total}`;
    else if (event.type === 'job.ended') delete working.line;
    else show(event);
  };
}

/** @throws UserError when the runtime that runs would not do what is asked */
function tellWhere(connection: Connection, settings: Settings, terminal: Terminal): void {
  terminal.say(`Running on ${connection.endpoint}, which uses ${settings.stateFolder}`);
  if (settings.access === 'enforce' && connection.access !== 'enforce') {
    throw new UserError(
      EXIT.usage,
      `The runtime that uses ${settings.stateFolder} does not enforce policies (--access ${connection.access}). End it with ${commandHint(settings, 'down')} and run this again, or start it with ${commandHint(settings, 'up --access enforce')}.`,
    );
  }
  if (connection.timeScale < settings.timeScale) {
    terminal.say(
      `Its state machines wait ${connection.timeScale === 1 ? 'as long as on AWS' : `only ${connection.timeScale} times faster`}; ` +
        `${commandHint(settings, `up --time-scale ${settings.timeScale}`)} starts one that is quicker.`,
    );
  }
}

/** An interrupt stops the execution, so that nothing goes on behind the user's back. */
async function followOrStop(
  connection: Connection,
  executionArn: string,
  terminal: Terminal,
  signal: AbortSignal,
  working: Working,
): Promise<ExecutionEnd> {
  try {
    return await follow(connection, executionArn, FORECAST_MILESTONES, terminal, signal, working);
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
