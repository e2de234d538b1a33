import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the wrapper wrote when the command began. */
export interface StartRecord {
  /** Pid of the wrapper. */
  readonly wrapper: number;
  readonly identity: string;
  /** Process group of the command. */
  readonly group: number;
  /** Seconds since the epoch. */
  readonly started: number;
}

/** What the wrapper wrote when the command ended. */
export interface ExitRecord {
  /** Exit code, or null when a signal ended the command. */
  readonly code: number | null;
  readonly signal: number | null;
  /** Seconds since the epoch. */
  readonly ended: number;
  readonly cpuSeconds?: number;
  readonly peakMemoryBytes?: number;
  /** Whether the disk was full then, so that what the command printed last may be missing. */
  readonly diskFull?: boolean;
}

export function readStart(folder: string): StartRecord | undefined {
  return readRecord<StartRecord>(join(folder, 'started.json'));
}

export function readExit(folder: string): ExitRecord | undefined {
  return readRecord<ExitRecord>(join(folder, 'exit.json'));
}

/** Whether a command was ever started in the folder. */
export function isTaken(folder: string): boolean {
  return existsSync(join(folder, 'taken'));
}

/** Whether the wrapper of a record is still there, and not another process with its pid. */
export function isAlive({ wrapper, identity }: StartRecord): boolean {
  return processIdentity(wrapper) === identity;
}

function readRecord<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The same as `process_identity` in wrapper.py; undefined when there is no such process. */
export function processIdentity(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return fields
      .slice(fields.lastIndexOf(')') + 1)
      .trim()
      .split(' ')[19];
  } catch {
    if (existsSync('/proc/self/stat')) return undefined;
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
