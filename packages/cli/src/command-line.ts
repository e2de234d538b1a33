import { EnvironmentError, SnapshotError, StorageError, VERSION } from '@slipway/runtime/outside';
import { Command, CommanderError } from 'commander';
import { checkCommand } from './commands/check.ts';
import { deployCommand } from './commands/deploy.ts';
import { destroyCommand } from './commands/destroy.ts';
import { doctorCommand } from './commands/doctor.ts';
import { downCommand } from './commands/down.ts';
import { envCommand } from './commands/env.ts';
import { forecastCommand } from './commands/forecast.ts';
import { logsCommand } from './commands/logs.ts';
import { policyCommand } from './commands/policy.ts';
import { reportCommand } from './commands/report.ts';
import { resetCommand } from './commands/reset.ts';
import { restoreCommand } from './commands/restore.ts';
import { runCommand } from './commands/run.ts';
import { snapshotCommand } from './commands/snapshot.ts';
import { statusCommand } from './commands/status.ts';
import { upCommand } from './commands/up.ts';
import { EXIT, type ExitCode, UserError } from './exit-codes.ts';

const EXIT_CODES = `
Exit codes:
  0    ok
  1    the run failed
  2    wrong usage
  3    something about this machine; slipway doctor tells
  4    refused for safety
  5    a fault of Slipway
  130  interrupted`;

/** All commands; each is a file of its own. */
const COMMANDS = [
  forecastCommand,
  runCommand,
  reportCommand,
  upCommand,
  downCommand,
  statusCommand,
  checkCommand,
  deployCommand,
  destroyCommand,
  logsCommand,
  policyCommand,
  snapshotCommand,
  restoreCommand,
  resetCommand,
  envCommand,
  doctorCommand,
];

/** Runs a command line to its end. @returns the exit code */
export async function runCommandLine(args: readonly string[]): Promise<ExitCode> {
  const result: { code: ExitCode } = { code: EXIT.ok };
  const program = new Command('slipway')
    .description('Machine-learning pipelines that run for real on this machine and, unchanged, on AWS.')
    .version(VERSION)
    .showSuggestionAfterError()
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText('afterAll', EXIT_CODES)
    .exitOverride();
  for (const command of COMMANDS) {
    program.addCommand(command((code) => (result.code = code)).copyInheritedSettings(program));
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return result.code;
  } catch (error) {
    return explain(error, args.includes('--json'));
  }
}

/** Tells what went wrong and says so in the exit code. */
function explain(error: unknown, json: boolean): ExitCode {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
  const { code, message } = classify(error);
  if (json) process.stdout.write(`${JSON.stringify({ error: message, exitCode: code })}\n`);
  // Commander has told its own errors already.
  if (!(error instanceof CommanderError)) process.stderr.write(`${message}\n`);
  return code;
}

function classify(error: unknown): { code: ExitCode; message: string } {
  if (error instanceof UserError) return { code: error.exitCode, message: error.message };
  if (error instanceof CommanderError) {
    return { code: EXIT.usage, message: error.message.replace(/^error: /, '') };
  }
  if (error instanceof SnapshotError) {
    return { code: error.reason === 'refused' ? EXIT.refused : EXIT.environment, message: error.message };
  }
  if (error instanceof EnvironmentError || error instanceof StorageError) {
    return { code: EXIT.environment, message: error.message };
  }
  const { code, port } = error as { code?: string; port?: number };
  if (code === 'EADDRINUSE') {
    return {
      code: EXIT.environment,
      message: `Port ${port} is in use by another program. Stop it, or choose another port with --port (0 chooses a free one).`,
    };
  }
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET') {
    return {
      code: EXIT.environment,
      message: `The runtime went away in the middle of it (${(error as Error).message}). Is it running? slipway status`,
    };
  }
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: EXIT.fault, message: `Slipway failed; this is a fault of Slipway itself.\n${shown}` };
}
