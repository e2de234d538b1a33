import { readFileSync } from 'node:fs';

const KILOBYTE = 1024;

/** A process's memory in bytes, from `/proc/<pid>/status`; undefined where the system has none. */
export interface ProcessMemory {
  /** Largest resident size so far. */
  readonly peak: number;
  /** Resident pages that are the process's own, without the code it shares with others. */
  readonly own: number;
}

export function memoryOf(pid: number | undefined): ProcessMemory | undefined {
  if (pid === undefined) return undefined;
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
    return { peak: field('VmHWM') * KILOBYTE, own: field('RssAnon') * KILOBYTE };
  } catch {
    return undefined;
  }
}
