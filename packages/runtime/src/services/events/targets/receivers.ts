import type { Target } from '@aws-sdk/client-eventbridge';
import type { Caller } from '../../../access/caller.ts';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Host } from '../../../dispatch/host.ts';
import type { BusEvent } from '../event.ts';
import { lambdaReceiver } from './lambda.ts';
import { logGroupReceiver } from './log-group.ts';
import { queueReceiver } from './queue.ts';
import { stateMachineReceiver } from './state-machine.ts';
import { topicReceiver } from './topic.ts';

/** What a receiver is handed. */
export interface Handover {
  readonly target: Target;
  /** The event, as the target wants it. */
  readonly input: string;
  readonly event: BusEvent;
  readonly ruleName: string;
  /** On whose behalf: the session of the target's role, or EventBridge itself. */
  readonly caller: Caller;
  /** The region in the target's ARN. */
  readonly region: string;
  /** The same for all tries of this delivery. */
  readonly token: string;
}

/** One kind of target. */
export interface Receiver {
  /** Whether a role has to be given. */
  readonly needsRole?: boolean;
  send(host: Host, handover: Handover): Promise<unknown>;
}

/** Targets by the service in their ARN; another bus (`events`) is handed its events without a call. */
const RECEIVERS: Readonly<Record<string, Receiver>> = {
  lambda: lambdaReceiver,
  states: stateMachineReceiver,
  logs: logGroupReceiver,
  sqs: queueReceiver,
  sns: topicReceiver,
};

/** @throws ValidationException for a target that cannot be served or lacks its role */
export function checkReceiver({ Arn = '', RoleArn, Id }: Target): void {
  if (isBus(Arn)) return;
  const receiver = RECEIVERS[serviceOf(Arn)];
  if (!receiver) {
    throw invalid(
      `The target ${Arn} (${Id}) is not supported by this version of Slipway: targets can be Lambda functions, state machines, event buses, log groups, queues and topics`,
    );
  }
  if (receiver.needsRole && RoleArn === undefined) throw invalid(`RoleArn is required for target ${Arn}.`);
  if (RoleArn !== undefined && !/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(RoleArn)) {
    throw invalid(`Provided role '${RoleArn}' cannot be assumed by principal 'events.amazonaws.com'.`);
  }
}

export function receiverOf(arn: string): Receiver {
  const receiver = RECEIVERS[serviceOf(arn)];
  if (!receiver) throw new Error(`No receiver for ${arn}`);
  return receiver;
}

export function isBus(arn: string): boolean {
  return /^arn:aws[a-z-]*:events:[^:]*:\d{12}:event-bus\//.test(arn);
}

function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
