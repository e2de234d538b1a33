import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { JobEnd } from '../../../compute/jobs.ts';
import { MlFolder } from './ml-folder.ts';

const LONGEST_TEXT = 1024;
const TAIL_BYTES = 16 * 1024;
const SHOWN_LINES = 5;
// How SageMaker's algorithm toolkit marks faults of the request or the data in the failure file.
const CUSTOMER_ERROR = /^(Customer Error|ClientError): ?/;

/**
 * Why a container failed, as SageMaker writes it: what it left in `/opt/ml/output/failure`, or else the
 * last lines of its output.
 */
export function failureText({ reason, exitCode, record, error }: JobEnd, folder: string): string {
  if (reason === 'lost') return 'InternalServerError: The process of the job was lost.';
  if (reason === 'unprepared') {
    return `InternalServerError: ${error instanceof Error ? error.message : String(error)}`;
  }
  // A signal's number counts from 128, as a shell shows it.
  const code = `exit code: ${exitCode ?? 128 + (record?.signal ?? 0)}`;
  const failure = new MlFolder(folder).read('output/failure')?.trim();
  const text = (failure || lastLines(folder)).slice(0, LONGEST_TEXT - code.length - 20);
  return CUSTOMER_ERROR.test(text)
    ? `ClientError: ${text.replace(CUSTOMER_ERROR, '')}, ${code}`
    : `AlgorithmError: ${text}, ${code}`;
}

/** The last lines that a process printed, its error output first. */
export function lastLines(folder: string): string {
  for (const stream of ['stderr', 'stdout']) {
    const lines = tailOf(join(folder, stream)).trimEnd().split('\n').slice(-SHOWN_LINES);
    if (lines.some((line) => line !== '')) return lines.join('\n');
  }
  return '';
}

function tailOf(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(file);
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    return tail.subarray(0, readSync(file, tail, 0, tail.length, size - tail.length)).toString('utf8');
  } finally {
    closeSync(file);
  }
}
