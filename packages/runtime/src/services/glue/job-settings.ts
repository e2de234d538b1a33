import type { CreateJobRequest, JobUpdate, WorkerType } from '@aws-sdk/client-glue';
import type { CallContext } from '../../dispatch/context.ts';
import { invalidInput } from './errors.ts';
import type { JobDefinition } from './job-store.ts';

type Settings = Omit<JobUpdate, 'Role' | 'Command'> & Pick<CreateJobRequest, 'Role' | 'Command'>;

interface Capacity {
  readonly AllocatedCapacity?: number | undefined;
  readonly MaxCapacity?: number | undefined;
  readonly WorkerType?: WorkerType | undefined;
  readonly NumberOfWorkers?: number | undefined;
}

export const PYTHON_SHELL = 'pythonshell';

// https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-jobs-job.html
const DEFAULT_TIMEOUT = 2880;
const DEFAULT_SPARK_TIMEOUT = 480;
const LONGEST_TIMEOUT = 7 * 24 * 60;
const MOST_RETRIES = 10;
const PYTHON_CAPACITIES = [0.0625, 1];
const DEFAULT_SPARK_CAPACITY = 10;
const DEFAULT_SPARK_VERSION = '5.1';

/**
 * A job's definition as Glue keeps it: what is left out has Glue's defaults, in an update too.
 *
 * @throws ServiceError naming what cannot be
 */
export function jobDefinition(
  name: string,
  input: Settings,
  times: { CreatedOn: Date; LastModifiedOn: Date },
): JobDefinition {
  const { Role, Command } = input;
  if (!Role) throw invalidInput('Role should not be null or empty.');
  if (!Command?.Name) throw invalidInput('Command name should not be null or empty.');
  const { MaxRetries = 0 } = input;
  if (MaxRetries < 0 || MaxRetries > MOST_RETRIES) {
    throw invalidInput(`Max Retries ${MaxRetries} is not between 0 and ${MOST_RETRIES}`);
  }
  const MaxConcurrentRuns = input.ExecutionProperty?.MaxConcurrentRuns ?? 1;
  if (MaxConcurrentRuns < 1) throw invalidInput('Max Concurrent Runs has to be at least 1');
  const GlueVersion = input.GlueVersion ?? defaultVersion(Command);
  const { AllocatedCapacity: _, ...settings } = input;
  return {
    ...settings,
    Name: name,
    JobMode: input.JobMode ?? 'SCRIPT',
    Role,
    Command,
    ...times,
    ExecutionProperty: { MaxConcurrentRuns },
    MaxRetries,
    Timeout: checkTimeout(input.Timeout) ?? defaultTimeout(Command.Name, GlueVersion),
    GlueVersion,
    ...capacityOf(Command.Name, GlueVersion, input),
    ...(Command.Name === 'glueetl' && { ExecutionClass: input.ExecutionClass ?? 'STANDARD' }),
  };
}

/** @returns the timeout in minutes, where there is one */
export function checkTimeout(minutes: number | undefined): number | undefined {
  if (minutes !== undefined && minutes > LONGEST_TIMEOUT) {
    throw invalidInput(`Timeout ${minutes} is longer than ${LONGEST_TIMEOUT} minutes`);
  }
  return minutes;
}

/**
 * The capacity that a job or a run asks for, in all the notations of the API.
 *
 * @returns nothing where it asks for none and there is no default
 */
export function capacityOf(command: string, glueVersion: string, input: Capacity): Capacity {
  const { AllocatedCapacity, MaxCapacity, WorkerType, NumberOfWorkers } = input;
  // The SDKs of some languages send 0 for a number that was not set.
  const allocated = AllocatedCapacity || undefined;
  if (allocated !== undefined && MaxCapacity !== undefined) {
    throw invalidInput('Please set only Allocated Capacity or Max Capacity');
  }
  const capacity = MaxCapacity ?? allocated;
  if (command === PYTHON_SHELL) return pythonCapacity(glueVersion, input, capacity);
  if (capacity !== undefined && (WorkerType ?? NumberOfWorkers) !== undefined) {
    throw invalidInput('Please do not set Max Capacity if using Worker Type and Number of Workers.');
  }
  if (WorkerType !== undefined || NumberOfWorkers !== undefined) {
    const units =
      WorkerType && NumberOfWorkers ? NumberOfWorkers * workerUnits(WorkerType) : DEFAULT_SPARK_CAPACITY;
    return { WorkerType, NumberOfWorkers, AllocatedCapacity: Math.floor(units), MaxCapacity: units };
  }
  const units = capacity ?? DEFAULT_SPARK_CAPACITY;
  return { AllocatedCapacity: Math.floor(units), MaxCapacity: units };
}

function pythonCapacity(glueVersion: string, input: Capacity, units = PYTHON_CAPACITIES[0]!): Capacity {
  if (input.WorkerType !== undefined || input.NumberOfWorkers !== undefined) {
    throw invalidInput(
      `Worker Type is not supported for Job Command ${PYTHON_SHELL} and Glue Version ${glueVersion}`,
    );
  }
  if (!PYTHON_CAPACITIES.includes(units)) {
    throw invalidInput(
      `Max Capacity ${units} is not one of ${PYTHON_CAPACITIES.join(' and ')}, those of Job Command ${PYTHON_SHELL}`,
    );
  }
  return { AllocatedCapacity: Math.floor(units), MaxCapacity: units };
}

/** Data processing units of a worker: `G.4X` has 4, `G.025X` a quarter. */
function workerUnits(workerType: WorkerType): number {
  const size = /\.(\d+)X$/.exec(workerType)?.[1] ?? '1';
  return size.startsWith('0') ? Number(`0.${size.slice(1)}`) : Number(size);
}

// Unverified: what AWS shows for a Python shell job that named no version; these are the ones its Python belongs to.
function defaultVersion({ Name, PythonVersion }: Settings['Command'] & object): string {
  if (Name !== PYTHON_SHELL) return DEFAULT_SPARK_VERSION;
  return PythonVersion === '3' ? '1.0' : '3.0';
}

function defaultTimeout(command: string, glueVersion: string): number {
  return command !== PYTHON_SHELL && Number.parseFloat(glueVersion) >= 5
    ? DEFAULT_SPARK_TIMEOUT
    : DEFAULT_TIMEOUT;
}

/** Tells of what is written down and will not be, or not as on AWS. */
export function warnOfDifferences(
  { Name, Command }: JobDefinition,
  { warn }: Pick<CallContext, 'warn'>,
): void {
  if (Command.Name !== PYTHON_SHELL) {
    warn(
      `Glue job ${Name} is stored, but jobs with the command ${Command.Name} cannot be run by this version of Slipway.`,
    );
  } else if (Command.PythonVersion === '3') {
    warn(
      `Glue job ${Name} asks for Python 3.6, which AWS has retired; it runs on the Python 3.11 or newer of this machine.`,
    );
  }
}
