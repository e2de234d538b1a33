import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Option } from 'commander';
import { commandHint } from '../command-hint.ts';
import { findRunning } from '../connect.ts';
import { EXIT, type ExitCode, UserError } from '../exit-codes.ts';
import { untilInterrupted } from '../interrupt.ts';
import { nodeCommand } from '../node-command.ts';
import { type GlobalOptions, readTimeScale, type Settings, settingsFrom } from '../settings.ts';
import { showProgress } from '../terminal/progress-host.ts';
import { createTerminal } from '../terminal/terminal.ts';
import { accessOption, baseCommand, jsonOption, portOption, type SetExitCode } from './options.ts';

interface UpOptions extends GlobalOptions {
  readonly timeScale: string;
  readonly parity?: boolean;
  readonly detach?: boolean;
  readonly temporary?: boolean;
}

const START_PATIENCE_MS = 20_000;

/** `slipway up`: the AWS APIs on this machine until Ctrl-C. */
export function upCommand(setExitCode: SetExitCode) {
  return baseCommand('up', 'Serve the AWS APIs on this machine')
    .addOption(portOption())
    .addOption(accessOption())
    .addOption(jsonOption())
    .addOption(
      new Option('--time-scale <factor>', 'shorten Wait and Retry intervals of state machines').default('1'),
    )
    .option('--parity', 'time scale 1 and every AWS quota on')
    .option('--detach', 'go on in the background; slipway down ends it')
    .addOption(
      new Option(
        '--temporary',
        'keep the state in a folder of its own that goes, with all jobs, at the end',
      ).conflicts('detach'),
    )
    .action(async (options: UpOptions) => {
      const settings = settingsFrom(options, {
        timeScale: options.parity ? 1 : readTimeScale(options.timeScale),
        parity: options.parity ?? false,
      });
      if (options.detach) await detach(settings);
      else setExitCode(await (options.temporary ? serveTemporarily(settings) : serve(settings, 'keep')));
    });
}

async function serveTemporarily(settings: Settings): Promise<ExitCode> {
  const stateFolder = mkdtempSync(join(tmpdir(), 'slipway-up-'));
  try {
    return await serve({ ...settings, stateFolder }, 'end');
  } finally {
    rmSync(stateFolder, { recursive: true, force: true });
  }
}

async function serve(settings: Settings, jobs: 'keep' | 'end'): Promise<ExitCode> {
  const terminal = createTerminal();
  const { startRuntime } = await import('@slipway/runtime');
  const runtime = await startRuntime(settings, { listener: showProgress(terminal) });
  if (settings.json)
    terminal.print(
      JSON.stringify({ endpoint: runtime.endpoint, pid: process.pid, state: settings.stateFolder }),
    );
  terminal.say(`Slipway serves AWS at ${terminal.style('bold', runtime.endpoint)}`);
  terminal.say(`State: ${settings.stateFolder}`);
  terminal.say(
    `In another shell: eval "$(${commandHint(settings, 'env')})"   Stop with Ctrl-C or: ${commandHint(settings, 'down')}`,
  );
  const code = await untilInterrupted();
  terminal.say(jobs === 'keep' ? 'Stopping; everything is kept for the next start.' : 'Stopping.');
  await runtime.stop(jobs);
  return code;
}

/** Starts the same command in the background and waits until it answers. */
async function detach(settings: Settings): Promise<void> {
  const terminal = createTerminal();
  const before = await findRunning(settings);
  if (before) {
    throw new UserError(
      EXIT.environment,
      `A runtime at ${before.endpoint} uses ${settings.stateFolder} already. Stop it (${commandHint(settings, 'down')}), or choose another folder with --state.`,
    );
  }
  const logFile = join(settings.stateFolder, 'logs', 'runtime.log');
  mkdirSync(join(settings.stateFolder, 'logs'), { recursive: true });
  const log = openSync(logFile, 'a');
  const { size: told } = statSync(logFile);
  const [, program = '', ...rest] = process.argv;
  const args = rest.filter((argument) => argument !== '--detach' && argument !== '--json');
  const [node = '', ...nodeArgs] = nodeCommand(program);
  const child = spawn(node, [...nodeArgs, ...args], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: process.cwd(),
  });
  child.unref();
  let ended = false;
  child.on('exit', () => {
    ended = true;
  });
  const giveUp = Date.now() + START_PATIENCE_MS;
  while (Date.now() < giveUp && !ended) {
    const running = await findRunning(settings);
    if (running && (await answers(running.endpoint))) {
      if (settings.json) {
        terminal.print(
          JSON.stringify({ endpoint: running.endpoint, pid: child.pid, state: settings.stateFolder }),
        );
      }
      terminal.say(`Slipway serves AWS at ${running.endpoint} in the background (process ${child.pid})`);
      return;
    }
    await setTimeout(50);
  }
  throw new UserError(
    EXIT.environment,
    `The runtime did not start. What it said (${logFile}):\n${readFileSync(logFile).subarray(told).toString('utf8').trim()}`,
  );
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/_slipway/health`)).ok;
  } catch {
    return false;
  }
}
