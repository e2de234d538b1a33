import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/slipway.cjs', import.meta.url));
const PATIENCE = { timeout: 60_000, interval: 50 };

/** How a command ended. */
export interface End {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command that goes on until it is asked to end. */
export interface Going {
  readonly child: ChildProcess;
  readonly ended: Promise<End>;
  /** What it has printed so far. */
  out(): string;
  err(): string;
  /** Waits until a stream holds a text. */
  says(stream: 'out' | 'err', text: string | RegExp): Promise<void>;
}

/** A folder that the caller removes. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'slipway-cli-'));
}

/** A folder that is removed when the test has ended. */
export function testFolder(): string {
  const folder = temporaryFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts `slipway …` as a shell would, in a process group of its own, in `folder`. */
export function start(
  folder: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Going {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: folder,
    detached: true,
    env: { ...ownEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => (printed.out += data.toString('utf8')));
  child.stderr.on('data', (data: Buffer) => (printed.err += data.toString('utf8')));
  const ended = new Promise<End>((resolve) => {
    child.on('close', (code) => resolve({ code, ...printed }));
  });
  return {
    child,
    ended,
    out: () => printed.out,
    err: () => printed.err,
    says: async (stream, text) => {
      await vi.waitUntil(() => {
        if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${printed.err}`);
        return typeof text === 'string' ? printed[stream].includes(text) : text.test(printed[stream]);
      }, PATIENCE);
    },
  };
}

/** Runs `slipway …` to its end. */
export async function slipway(
  folder: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<End> {
  return await start(folder, args, environment).ended;
}

/** Whether any process of a command's group is left. */
export function groupLives({ child }: Going): boolean {
  try {
    process.kill(-child.pid!, 0);
    return true;
  } catch {
    return false;
  }
}

/** What a user's shell has, without what the test runner and this project's own settings add. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|NODE_|SLIPWAY_(STATE|PORT|REGION)|AWS_|TEST$|FORCE_COLOR)/.test(name),
  );
  return { ...Object.fromEntries(kept), NO_COLOR: '1' };
}
