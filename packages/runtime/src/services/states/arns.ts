import type { CallContext } from '../../dispatch/context.ts';
import { invalidArn, invalidName } from './errors.ts';

/** A state machine as callers name it: by its ARN, or by a version's or an alias's. */
export interface MachineReference {
  readonly name: string;
  /** Version number or alias name. */
  readonly qualifier: string | undefined;
  /** The ARN without qualifier. */
  readonly machineArn: string;
}

const MACHINE = /^(arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:([^:]{1,80}))(?::([^:]+))?$/;
const EXECUTION = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:(execution|express):([^:]+):(.+)$/;

/** @throws InvalidArn */
export function readMachineArn(arn: string): MachineReference {
  const match = MACHINE.exec(arn);
  if (!match) throw invalidArn(arn);
  return { machineArn: match[1]!, name: match[2]!, qualifier: match[3] };
}

/** @throws InvalidArn */
export function checkExecutionArn(arn: string): { express: boolean } {
  const match = EXECUTION.exec(arn);
  if (!match) throw invalidArn(arn);
  return { express: match[1] === 'express' };
}

export function machineArn(context: CallContext, name: string): string {
  return context.arn('states', `stateMachine:${name}`);
}

export function activityArn(context: CallContext, name: string): string {
  return context.arn('states', `activity:${name}`);
}

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

/** @throws InvalidName for names of machines, executions and activities that the service refuses */
export function checkName(name: string): void {
  if (name.length < 1 || name.length > 80 || FORBIDDEN.test(name)) throw invalidName(name);
}
