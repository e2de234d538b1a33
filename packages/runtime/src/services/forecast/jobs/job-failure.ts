import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError } from '../../../compute/environment-error.ts';
import type { JobEnd, JobPlace } from '../../../compute/jobs.ts';
import { UserFault } from './user-fault.ts';

/** Exit code of a step that the user's data or settings made impossible (images/forecast/README.md). */
const USER_FAULT_CODE = 10;

/** Exit code of a step one of whose own processes was killed. */
const LOST_PROCESS_CODE = 75;

/** Whether somebody or something outside took a process away: worth another try, unlike a fault of its own. */
export function wasKilled({ reason, exitCode, record }: JobEnd): boolean {
  return reason === 'exited' && (exitCode === LOST_PROCESS_CODE || (record?.signal ?? null) !== null);
}

/** Why a job failed, for the resource's Message: the user's fault in its own words, or ours, saying so. */
export function failureOf(end: JobEnd, { folder }: JobPlace): string {
  if (end.error instanceof UserFault || end.error instanceof EnvironmentError) return end.error.message;
  if (end.exitCode === USER_FAULT_CODE) {
    const message = readFailure(folder);
    if (message !== undefined) return message;
  }
  return (
    `${whatHappened(end)}. This is a fault of Slipway or of this machine, not of your data; ` +
    `the output is in ${join(folder, 'stderr')}.`
  );
}

function whatHappened({ reason, exitCode, record, error }: JobEnd): string {
  if (error !== undefined) return `The job failed: ${error instanceof Error ? error.message : String(error)}`;
  if (reason === 'lost') return 'The process disappeared twice, without a trace';
  if (record?.signal) {
    const memory = record.signal === 9 ? ', perhaps because the memory was used up' : '';
    return `The process was killed twice (signal ${record.signal}${memory})`;
  }
  if (exitCode === LOST_PROCESS_CODE) return 'Processes of the job were killed twice';
  return `The process ended with exit code ${exitCode}`;
}

function readFailure(folder: string): string | undefined {
  try {
    const { message } = JSON.parse(readFileSync(join(folder, 'failure.json'), 'utf8')) as {
      message?: string;
    };
    return message;
  } catch {
    return undefined;
  }
}
