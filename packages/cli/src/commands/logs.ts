import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { Option } from 'commander';
import { type Connection, requireRunning } from '../connect.ts';
import { didYouMean } from '../did-you-mean.ts';
import { EXIT, UserError } from '../exit-codes.ts';
import { type GlobalOptions, type Settings, settingsFrom } from '../settings.ts';
import { createTerminal, type Terminal } from '../terminal/terminal.ts';
import { baseCommand, jsonOption } from './options.ts';

interface LogsOptions extends GlobalOptions {
  readonly follow?: boolean;
  readonly filter?: string;
  readonly requests?: boolean;
}

const FOLLOW_PAUSE_MS = 500;

/** `slipway logs [group]`: what functions and jobs printed, or the calls that were made. */
export function logsCommand() {
  return baseCommand('logs', 'Show what functions and jobs printed')
    .argument('[group]', 'log group, or part of its name; without it the groups are listed')
    .option('-f, --follow', 'go on as lines come')
    .option('--filter <pattern>', "CloudWatch Logs filter pattern, such as 'ERROR'")
    .addOption(
      new Option('--requests', 'the request log instead: every call of an AWS API').conflicts([
        'follow',
        'filter',
      ]),
    )
    .addOption(jsonOption())
    .action(async (group: string | undefined, options: LogsOptions) => {
      const settings = settingsFrom(options);
      const terminal = createTerminal();
      if (options.requests) return await showRequests(settings, terminal);
      const connection = await requireRunning(settings);
      if (group === undefined) return await listGroups(connection, settings, terminal);
      const name = await findGroup(connection, group);
      await showEvents(connection, name, options, terminal);
    });
}

async function groupNames(connection: Connection): Promise<string[]> {
  const logs = connection.client<CloudWatchLogs>('logs');
  const names: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.describeLogGroups({ ...(nextToken && { nextToken }) });
    names.push(...(page.logGroups ?? []).map(({ logGroupName = '' }) => logGroupName));
    nextToken = page.nextToken;
  } while (nextToken);
  return names;
}

async function listGroups(connection: Connection, settings: Settings, terminal: Terminal): Promise<void> {
  const names = await groupNames(connection);
  if (settings.json) terminal.print(JSON.stringify(names));
  else if (names.length > 0) terminal.print(names.join('\n'));
  else terminal.say('Nothing has written a log yet.');
}

/** A group by its name or an unambiguous part of it. */
async function findGroup(connection: Connection, wanted: string): Promise<string> {
  const names = await groupNames(connection);
  if (names.includes(wanted)) return wanted;
  const found = names.filter((name) => name.toLowerCase().includes(wanted.toLowerCase()));
  if (found.length === 1) return found[0]!;
  const list = (found.length > 0 ? found : names).map((name) => `  ${name}`).join('\n');
  throw new UserError(
    EXIT.usage,
    found.length > 0
      ? `Several log groups fit ${wanted}:\n${list}`
      : `No log group fits ${wanted}.${didYouMean(wanted, names)} There are:\n${list || '  none yet'}`,
  );
}

async function showEvents(
  connection: Connection,
  logGroupName: string,
  options: LogsOptions,
  terminal: Terminal,
): Promise<void> {
  const logs = connection.client<CloudWatchLogs>('logs');
  const seen = new Set<string>();
  let startTime = 0;
  for (;;) {
    let nextToken: string | undefined;
    do {
      const page = await logs.filterLogEvents({
        logGroupName,
        startTime,
        ...(options.filter && { filterPattern: options.filter }),
        ...(nextToken && { nextToken }),
      });
      for (const { eventId = '', timestamp = 0, logStreamName = '', message = '' } of page.events ?? []) {
        if (seen.has(eventId)) continue;
        seen.add(eventId);
        startTime = Math.max(startTime, timestamp);
        const time = new Date(timestamp).toISOString();
        terminal.print(
          options.json
            ? JSON.stringify({ time, stream: logStreamName, message })
            : `${time} ${terminal.style('gray', logStreamName)} ${message.trimEnd()}`,
        );
      }
      nextToken = page.nextToken;
    } while (nextToken);
    if (!options.follow) return;
    await setTimeout(FOLLOW_PAUSE_MS);
  }
}

interface LoggedCall {
  readonly time: string;
  readonly service: string;
  readonly operation: string;
  readonly milliseconds: number;
  readonly caller: string;
  readonly error?: string;
  readonly message?: string;
}

async function showRequests(settings: Settings, terminal: Terminal): Promise<void> {
  const lines = createInterface({
    input: createReadStream(join(settings.stateFolder, 'logs', 'requests.ndjson')),
  });
  try {
    for await (const line of lines) {
      if (settings.json) {
        terminal.print(line);
        continue;
      }
      const { time, service, operation, milliseconds, caller, error, message } = JSON.parse(
        line,
      ) as LoggedCall;
      const end = error === undefined ? '' : ` ${terminal.style('red', error)} ${message ?? ''}`;
      terminal.print(
        `${time} ${service}:${operation} ${milliseconds} ms ${terminal.style('gray', caller)}${end}`,
      );
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new UserError(EXIT.environment, `There is no request log in ${settings.stateFolder} yet.`);
  }
}
