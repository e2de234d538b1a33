import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { SFN } from '@aws-sdk/client-sfn';
import { readNotice } from '@slipway/runtime/outside';
import { commandHint } from '../command-hint.ts';
import { type Connection, findRunning } from '../connect.ts';
import { EXIT } from '../exit-codes.ts';
import { type GlobalOptions, settingsFrom } from '../settings.ts';
import { duration, table } from '../terminal/table.ts';
import { createTerminal, type Terminal } from '../terminal/terminal.ts';
import { baseCommand, jsonOption, type SetExitCode } from './options.ts';

interface Execution {
  readonly name: string;
  readonly stateMachine: string;
  readonly status: string;
  readonly started: Date;
  readonly ended: Date | undefined;
}

const SHOWN_EXECUTIONS = 10;

/** `slipway status`: whether a runtime runs, and what is in it. Exit code 1 when none runs. */
export function statusCommand(setExitCode: SetExitCode) {
  return baseCommand(
    'status',
    'Show whether a runtime runs, its stacks and its latest executions; exit code 1 when none runs',
  )
    .addOption(jsonOption())
    .action(async (options: GlobalOptions) => {
      const settings = settingsFrom(options);
      const terminal = createTerminal();
      const running = await findRunning(settings);
      if (!running) {
        setExitCode(EXIT.runFailed);
        if (settings.json) terminal.print(JSON.stringify({ running: false, state: settings.stateFolder }));
        else
          terminal.print(
            `No runtime uses ${settings.stateFolder}. Start one with: ${commandHint(settings, 'up')}`,
          );
        return;
      }
      const notice = readNotice(settings.stateFolder);
      const stacks = await listStacks(running);
      const executions = await listExecutions(running);
      if (settings.json) {
        terminal.print(
          JSON.stringify(
            { running: true, ...notice, state: settings.stateFolder, stacks, executions },
            null,
            2,
          ),
        );
        return;
      }
      terminal.print(
        `Slipway ${notice?.version} at ${running.endpoint}, process ${notice?.pid}, since ${notice?.started}`,
      );
      terminal.print(`State: ${settings.stateFolder}`);
      show(terminal, stacks, executions);
    });
}

function show(terminal: Terminal, stacks: { name: string; status: string }[], executions: Execution[]): void {
  if (stacks.length > 0) {
    terminal.print('');
    terminal.print(
      table(
        [{ heading: 'stack' }, { heading: 'status' }],
        stacks.map(({ name, status }) => [name, status]),
      ).join('\n'),
    );
  }
  if (executions.length > 0) {
    const rows = executions.map(({ name, stateMachine, status, started, ended }) => [
      name,
      stateMachine,
      status,
      duration((ended?.getTime() ?? Date.now()) - started.getTime()),
    ]);
    terminal.print('');
    terminal.print(
      table(
        [
          { heading: 'execution' },
          { heading: 'state machine' },
          { heading: 'status' },
          { heading: 'time', align: 'right' },
        ],
        rows,
      ).join('\n'),
    );
  }
}

async function listStacks(connection: Connection): Promise<{ name: string; status: string }[]> {
  const { Stacks = [] } = await connection.client<CloudFormation>('cloudformation').describeStacks({});
  return Stacks.map(({ StackName = '', StackStatus = '' }) => ({ name: StackName, status: StackStatus }));
}

async function listExecutions(connection: Connection): Promise<Execution[]> {
  const states = connection.client<SFN>('states');
  const { stateMachines = [] } = await states.listStateMachines({});
  const all: Execution[] = [];
  for (const { stateMachineArn, name: stateMachine = '' } of stateMachines) {
    const { executions = [] } = await states.listExecutions({
      stateMachineArn,
      maxResults: SHOWN_EXECUTIONS,
    });
    for (const { name = '', status = '', startDate = new Date(0), stopDate } of executions) {
      all.push({ name, stateMachine, status, started: startDate, ended: stopDate });
    }
  }
  return all.sort((a, b) => b.started.getTime() - a.started.getTime()).slice(0, SHOWN_EXECUTIONS);
}
