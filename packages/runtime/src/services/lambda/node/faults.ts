import { types } from 'node:util';

/** A fault of loading or ending a function, under the name that Lambda gives it. */
export class RuntimeFault extends Error {
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = `Runtime.${name}`;
  }
}

/** An error as the caller of the function gets it. */
export interface ErrorReport {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** @param folder - of the function's code, which is shown as `/var/task` */
export function errorReport(error: unknown, folder: string): ErrorReport {
  if (!isError(error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  const trace = (error.stack ?? '').replaceAll(folder, '/var/task').split('\n');
  return { errorType: error.name, errorMessage: error.message.replaceAll(folder, '/var/task'), trace };
}

/** The same for the log, where the trace has another name, and further members are shown. */
export function errorLogEntry(error: unknown, folder: string): object {
  const { trace, ...report } = errorReport(error, folder);
  const members = isError(error)
    ? Object.fromEntries(Object.entries(error).filter(([name]) => name !== 'name'))
    : {};
  return { ...report, ...members, stack: trace };
}

function isError(error: unknown): error is Error {
  return types.isNativeError(error) || error instanceof Error;
}
