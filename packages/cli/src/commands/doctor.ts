import { accessSync, constants, existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import {
  databaseDamage,
  Environments,
  findPython,
  isInUse,
  Progress,
  readNotice,
} from '@slipway/runtime/outside';
import { EXIT } from '../exit-codes.ts';
import { type GlobalOptions, type Settings, settingsFrom } from '../settings.ts';
import { createTerminal } from '../terminal/terminal.ts';
import { baseCommand, jsonOption, portOption, type SetExitCode } from './options.ts';

/** What a check found: fine, worth knowing, or broken with what to do. */
interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'note' | 'broken';
  readonly text: string;
}

const ENOUGH_DISK_GB = 5;
const IMAGES = ['forecast', 'glue', 'function', 'xgboost', 'scikit-learn'];

/** `slipway doctor`: explains a machine on which something does not work. */
export function doctorCommand(setExitCode: SetExitCode) {
  return baseCommand('doctor', 'Check this machine and say what to do about what is wrong')
    .addOption(portOption())
    .addOption(jsonOption())
    .action(async (options: GlobalOptions) => {
      const settings = settingsFrom(options);
      const terminal = createTerminal();
      const findings: Finding[] = [];
      for (const check of CHECKS) findings.push(await check(settings));
      if (findings.some(({ state }) => state === 'broken')) setExitCode(EXIT.environment);
      if (settings.json) {
        terminal.print(JSON.stringify(findings, null, 2));
        return;
      }
      const marks = {
        ok: terminal.style('green', 'ok    '),
        note: terminal.style('yellow', 'note  '),
        broken: terminal.style('red', 'broken'),
      };
      for (const { check, state, text } of findings) terminal.print(`${marks[state]} ${check}: ${text}`);
    });
}

const CHECKS: readonly ((settings: Settings) => Promise<Finding>)[] = [
  async () => {
    const good = Number(process.versions.node.split('.')[0]) >= 24;
    return {
      check: 'Node',
      state: good ? 'ok' : 'broken',
      text: good
        ? process.version
        : `${process.version} is too old; Slipway needs Node 24 (https://nodejs.org)`,
    };
  },
  async ({ python }) => {
    try {
      return { check: 'Python', state: 'ok', text: await findPython(python) };
    } catch (error) {
      return { check: 'Python', state: 'broken', text: (error as Error).message };
    }
  },
  async (settings) => {
    const environments = new Environments({ ...settings, progress: new Progress() });
    const missing = IMAGES.filter(
      (image) => existsSync(environments.imageFolder(image)) && !environments.isReady(image),
    );
    return {
      check: 'Python environments',
      state: missing.length === 0 ? 'ok' : 'note',
      text:
        missing.length === 0
          ? 'made'
          : `${missing.join(', ')} will be made on first use (Python index needed)`,
    };
  },
  async ({ stateFolder }) => {
    const folder = nearestFolder(stateFolder);
    const { bavail, bsize } = await statfs(folder);
    const free = (bavail * bsize) / 1e9;
    return {
      check: 'Disk',
      state: free >= ENOUGH_DISK_GB ? 'ok' : 'note',
      text: `${free.toFixed(1)} GB free at ${folder}`,
    };
  },
  async ({ stateFolder, cacheFolder }) => {
    const closed = [stateFolder, cacheFolder].map(nearestFolder).filter((folder) => !isWritable(folder));
    return {
      check: 'Folders',
      state: closed.length === 0 ? 'ok' : 'broken',
      text:
        closed.length === 0
          ? `${stateFolder} and ${cacheFolder} can be written`
          : `${closed.join(', ')} cannot be written; choose others with --state and SLIPWAY_CACHE`,
    };
  },
  async ({ stateFolder }) => databaseFinding(stateFolder),
  async ({ stateFolder, port, host }) => {
    if (isInUse(stateFolder)) {
      const notice = readNotice(stateFolder);
      const text = notice ? `runs at ${notice.endpoint} (process ${notice.pid})` : 'is starting';
      return { check: 'Runtime', state: 'ok', text };
    }
    const free = await isPortFree(host, port);
    return {
      check: 'Port',
      state: free ? 'ok' : 'broken',
      text: free ? `${port} is free` : `${port} is in use by another program; choose another with --port`,
    };
  },
  async () => {
    const endpoint = process.env['AWS_ENDPOINT_URL'];
    if (endpoint === undefined) {
      return {
        check: 'AWS_ENDPOINT_URL',
        state: 'note',
        text: 'not set in this shell; AWS tools here talk to the real AWS until: eval "$(slipway env)"',
      };
    }
    if (!URL.canParse(endpoint)) {
      return { check: 'AWS_ENDPOINT_URL', state: 'broken', text: `${endpoint} is not a URL` };
    }
    if (new URL(endpoint).hostname === 'localhost') {
      return {
        check: 'AWS_ENDPOINT_URL',
        state: 'broken',
        text: `${endpoint}: use 127.0.0.1; the JavaScript SDK would look for bucket.localhost`,
      };
    }
    return { check: 'AWS_ENDPOINT_URL', state: 'ok', text: endpoint };
  },
  async () => {
    const set = process.env['AWS_DISABLE_HOST_PREFIX_INJECTION'] === 'true';
    return {
      check: 'Host prefixes',
      state: set ? 'ok' : 'note',
      text: set
        ? 'off for Python tools; JavaScript clients need disableHostPrefix: true for StartSyncExecution and TestState'
        : 'StartSyncExecution and TestState need AWS_DISABLE_HOST_PREFIX_INJECTION=true (slipway env sets it), in JavaScript disableHostPrefix: true',
    };
  },
];

/** What is damaged is named, and how to keep what is left; nothing is repaired behind the user's back. */
function databaseFinding(stateFolder: string): Finding {
  const check = 'Database';
  const database = join(stateFolder, 'slipway.db');
  if (!existsSync(database)) return { check, state: 'ok', text: 'none yet; slipway up makes one' };
  if (isInUse(stateFolder)) return { check, state: 'ok', text: `${database} is in use` };
  const damage = databaseDamage(database);
  if (damage === undefined) return { check, state: 'ok', text: `${database} is sound` };
  return {
    check,
    state: 'broken',
    text: [
      `${database} is damaged (${damage}). It was not changed.`,
      `Keep a copy of everything first: cp -a ${stateFolder} ${stateFolder}.damaged`,
      'A copy from before the damage can take its place, the whole folder at once.',
      `Or save what can still be read: sqlite3 ${database} .recover | sqlite3 ${database}.saved`,
      `Or start anew: slipway reset --state ${stateFolder}; the objects in the copy stay plain files`,
    ].join('\n         '),
  };
}

/** The folder itself, or the closest one above it that exists. */
function nearestFolder(folder: string): string {
  let nearest = folder;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  return nearest;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function isPortFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
