import { ServiceError } from '../../dispatch/errors.ts';

/** Something in a cloud assembly, or in how it is to be deployed, that its author has to change. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
}

/** A stack could not be deployed or destroyed; the message has the reasons that its events give. */
export class DeploymentFailure extends Error {
  override readonly name = 'DeploymentFailure';
  readonly stackName: string;
  /** The status that the stack is left in; undefined when nothing was begun. */
  readonly status: string | undefined;

  constructor(stackName: string, status: string | undefined, reasons: readonly string[]) {
    const outcome = status === undefined ? 'is left as it was' : `has failed and is in ${status}`;
    super(`The stack ${stackName} ${outcome}:\n${reasons.map((reason) => `  ${reason}`).join('\n')}`);
    this.stackName = stackName;
    this.status = status;
  }
}

/** Turns what an API refuses on the way into the failure of a stack. */
export async function orFailure<T>(stackName: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isRefusal(error)) throw new DeploymentFailure(stackName, undefined, [error.message]);
    throw error;
  }
}

/** An error of a service, as it is in this process or as the SDK gives it. */
function isRefusal(error: unknown): error is Error {
  return error instanceof ServiceError || (error instanceof Error && '$fault' in error);
}
