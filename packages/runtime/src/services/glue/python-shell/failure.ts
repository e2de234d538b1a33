import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError } from '../../../compute/environment-error.ts';
import type { JobEnd, JobPlace } from '../../../compute/jobs.ts';
import { RunFault } from './run-fault.ts';

const LONGEST_MESSAGE = 2048;
const TAIL_BYTES = 64 * 1024;

/**
 * The error message of a run that failed: what an uncaught exception said, as `<name>: <text>`, or else
 * how the process ended.
 */
export function failureMessage(end: JobEnd, place: JobPlace): string {
  return messageOf(end, place).slice(0, LONGEST_MESSAGE);
}

function messageOf({ reason, exitCode, record, error }: JobEnd, { folder }: JobPlace): string {
  if (reason === 'unprepared') {
    if (error instanceof RunFault) return error.message;
    const text = error instanceof Error ? error.message : String(error);
    return error instanceof EnvironmentError
      ? `The Python environment could not be made: ${text}`
      : `Internal error: ${text}`;
  }
  if (reason === 'lost') return 'The process of the job run was lost.';
  // Python ends with 1 for an exception that nobody caught.
  const exception = exitCode === 1 ? uncaughtException(tailOf(join(folder, 'stderr'))) : undefined;
  // A signal's number counts from 128, as a shell shows it.
  if (exception !== undefined) return exception;
  const full = record?.diskFull ? '; the disk is full, so that what it printed last is missing' : '';
  return `Command failed with exit code ${exitCode ?? 128 + (record?.signal ?? 0)}${full}`;
}

/** @returns the exception's name without its module, and its text; undefined when none ended the script */
export function uncaughtException(stderr: string): string | undefined {
  const lines = stderr.trimEnd().split('\n');
  const begin = lines.findLastIndex((line) => line.startsWith('Traceback (most recent call last):'));
  // An error of syntax in the script itself comes without a traceback's first line.
  const rest = begin >= 0 ? lines.slice(begin + 1) : lines;
  const named = rest.findIndex((line) => /^[\w.]+(:|$)/.test(line));
  if (named < 0) return undefined;
  const text = rest.slice(named).join('\n');
  if (begin < 0 && !/^(SyntaxError|IndentationError|TabError):/.test(text)) return undefined;
  return text.replace(/^(\w+\.)+/, '');
}

function tailOf(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const size = fstatSync(file).size;
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    return tail.subarray(0, readSync(file, tail, 0, tail.length, size - tail.length)).toString('utf8');
  } finally {
    closeSync(file);
  }
}
