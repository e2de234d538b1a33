import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DescribeExecutionCommandOutput, SFN } from '@aws-sdk/client-sfn';
import { type Connection, connectAnywhere } from '../connect.ts';
import { EXIT, UserError } from '../exit-codes.ts';
import { type ReportObject, reportOf, saveReport } from '../forecast/report-file.ts';
import { type GlobalOptions, settingsFrom } from '../settings.ts';
import { showProgress } from '../terminal/progress-host.ts';
import { createTerminal, type Terminal } from '../terminal/terminal.ts';
import { baseCommand, jsonOption } from './options.ts';

interface ReportOptions extends GlobalOptions {
  readonly out?: string;
  readonly open?: boolean;
}

/** An execution with a place for a report. */
interface ReportedRun {
  readonly name: string;
  readonly status: string | undefined;
  readonly started: Date;
  readonly report: ReportObject;
}

const LOOKED_AT = 100;

/** `slipway report [execution]`: the HTML report of a run, as a file. */
export function reportCommand() {
  return baseCommand('report', 'Fetch the HTML report of a forecast run and say where it is')
    .argument('[execution]', 'name of the execution; without it the newest that has ended')
    .option('--out <file>', 'where to put it (default: reports/<execution>.html in the state folder)')
    .option('--open', 'open it in the browser')
    .addOption(jsonOption())
    .action(async (wanted: string | undefined, options: ReportOptions) => {
      const settings = settingsFrom(options);
      const terminal = createTerminal();
      const connection = await connectAnywhere({ ...settings, port: 0 }, showProgress(terminal));
      try {
        const run = await findRun(connection, wanted);
        const file = resolve(options.out ?? join(settings.stateFolder, 'reports', `${run.name}.html`));
        if (!(await saveReport(connection, run.report, file))) throw noReport(run);
        if (options.open) open(file, terminal);
        terminal.print(
          settings.json ? JSON.stringify({ execution: run.name, status: run.status, report: file }) : file,
        );
      } finally {
        await connection.close();
      }
    });
}

/** @throws UserError when there is no such run, or it has not ended */
async function findRun(connection: Connection, wanted: string | undefined): Promise<ReportedRun> {
  const runs = await listRuns(connection);
  const run = runs.find(({ name, status }) => (wanted ? name === wanted : status !== 'RUNNING'));
  if (run && run.status !== 'RUNNING') return run;
  if (run) {
    throw new UserError(EXIT.runFailed, `${run.name} is still running; its report is made at its end.`);
  }
  const names = runs.slice(0, 10).map(({ name, status }) => `  ${name} ${status}`);
  throw new UserError(
    EXIT.usage,
    names.length > 0
      ? `There is no ${wanted ? `run named ${wanted}` : 'run that has ended'}. There are:\n${names.join('\n')}`
      : 'There is no run of the forecast pipeline yet. Start one with: slipway run forecast <data.zip> --config <file>',
  );
}

/** Runs of forecast pipelines, the newest first. */
async function listRuns(connection: Connection): Promise<ReportedRun[]> {
  const states = connection.client<SFN>('states');
  const { stateMachines = [] } = await states.listStateMachines({});
  const runs: ReportedRun[] = [];
  for (const { stateMachineArn } of stateMachines) {
    const { executions = [] } = await states.listExecutions({ stateMachineArn, maxResults: LOOKED_AT });
    const described = await Promise.all(
      executions.map(({ executionArn }) => states.describeExecution({ executionArn })),
    );
    runs.push(...described.flatMap(asReported));
  }
  return runs.sort((a, b) => b.started.getTime() - a.started.getTime());
}

function asReported(
  described: Pick<DescribeExecutionCommandOutput, 'name' | 'status' | 'startDate' | 'input'>,
): ReportedRun[] {
  const { name = '', status, startDate = new Date(0), input } = described;
  const report = reportOf(input);
  return report ? [{ name, status, started: startDate, report }] : [];
}

function noReport({ name, status, report }: ReportedRun): UserError {
  return new UserError(
    EXIT.runFailed,
    `${name} (${status}) left no report: there is no s3://${report.bucket}/${report.key}. ` +
      'A run that was stopped makes none; what its job printed: slipway logs /aws-glue/python-jobs/error',
  );
}

function open(file: string, terminal: Terminal): void {
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(program, [pathToFileURL(file).href], { detached: true, stdio: 'ignore' });
  child.on('error', () => terminal.say(`${program} is not there; open the file yourself.`));
  child.unref();
}
