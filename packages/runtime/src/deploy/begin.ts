import type { Caller } from '../access/caller.ts';
import type { Host } from '../dispatch/host.ts';
import type { Scope } from '../store/collection.ts';
import type { Operation, Stack, StackTarget } from './state/stack.ts';
import type { Stacks } from './state/stacks.ts';
import { partitionOf } from './template/pseudo-parameters.ts';

/** The kind of order under which operations on stacks are carried out. */
export const OPERATION_ORDER = 'cloudformation.operation';

export interface OperationOrder {
  readonly stackId: string;
  readonly operationId: string;
}

export interface BeginParts {
  readonly host: Host;
  readonly stacks: Stacks;
}

/** Who asks for an operation, and how it is to be carried out. */
export interface OperationRequest {
  readonly caller: Caller;
  readonly roleArn?: string | undefined;
  readonly clientRequestToken?: string | undefined;
  readonly onFailure?: Operation['onFailure'] | undefined;
  readonly deadline?: number | undefined;
  readonly retain?: readonly string[] | undefined;
  readonly skip?: readonly string[] | undefined;
  readonly force?: boolean | undefined;
  readonly policy?: string | undefined;
}

/** What of a stack its creator decides. */
export interface StackOptions {
  readonly disableRollback?: boolean;
  readonly retainExceptOnCreate?: boolean | undefined;
  readonly terminationProtection?: boolean;
  readonly timeoutMinutes?: number | undefined;
  readonly policy?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly parentId?: string | undefined;
  readonly rootId?: string | undefined;
}

/** A stack that is not there yet: to be reviewed or created by inserting it. */
export function draftStack(
  { host, stacks }: BeginParts,
  scope: Scope,
  name: string,
  options: StackOptions = {},
): Stack {
  const { account, region } = scope;
  const earlier = stacks.deletedByName(scope, name);
  return {
    id: `arn:${partitionOf(region)}:cloudformation:${region}:${account}:stack/${name}/${host.ids.uuid()}`,
    name,
    account,
    region,
    status: 'REVIEW_IN_PROGRESS',
    statusReason: 'User Initiated',
    created: new Date(host.clock.now()),
    outputs: [],
    disableRollback: false,
    terminationProtection: false,
    incarnation: Math.max(0, ...earlier.map(({ incarnation }) => incarnation)),
    ...options,
  };
}

/** Inside a transaction: the stack's first event, where it is reviewed before it is created. */
export function announceReview({ host, stacks }: BeginParts, stack: Stack): void {
  stacks.addEvent({
    id: host.ids.uuid(),
    stackId: stack.id,
    stackName: stack.name,
    operationId: '',
    logicalId: stack.name,
    physicalId: stack.id,
    type: 'AWS::CloudFormation::Stack',
    timestamp: new Date(host.clock.now()),
    status: 'REVIEW_IN_PROGRESS',
    reason: 'User Initiated',
  });
}

const FIRST_STATUS = {
  CREATE_STACK: 'CREATE_IN_PROGRESS',
  UPDATE_STACK: 'UPDATE_IN_PROGRESS',
  DELETE_STACK: 'DELETE_IN_PROGRESS',
  ROLLBACK: 'ROLLBACK_IN_PROGRESS',
  CONTINUE_ROLLBACK: 'UPDATE_ROLLBACK_IN_PROGRESS',
} as const;

/**
 * Inside a transaction: begins an operation. The order placed with it is carried out after the commit,
 * and again after a crash until the operation has come to its end.
 *
 * @param changes - what the operation changes in the stack's row from its beginning
 */
export function beginOperation(
  { host, stacks }: BeginParts,
  stack: Stack,
  type: Operation['type'],
  request: OperationRequest,
  changes: Partial<Stack> = {},
): Stack {
  const now = new Date(host.clock.now());
  const id = host.ids.uuid();
  const roleArn = request.roleArn ?? stack.roleArn;
  const operation: Operation = {
    id,
    stackId: stack.id,
    type,
    caller: request.caller,
    roleArn,
    clientRequestToken: request.clientRequestToken,
    started: now,
    onFailure: request.onFailure ?? 'ROLLBACK',
    retain: request.retain ?? [],
    skip: request.skip ?? [],
    force: request.force,
    policy: request.policy,
    deadline: request.deadline,
    statusBefore: stack.status,
  };
  const status = type === 'ROLLBACK' && stack.stable ? 'UPDATE_ROLLBACK_IN_PROGRESS' : FIRST_STATUS[type];
  const begun: Stack = {
    ...stack,
    ...changes,
    roleArn,
    status,
    statusReason: 'User Initiated',
    operationId: id,
  };
  stacks.update(begun);
  stacks.putOperation(operation);
  stacks.addEvent({
    id: host.ids.uuid(),
    stackId: stack.id,
    stackName: stack.name,
    operationId: id,
    logicalId: stack.name,
    physicalId: stack.id,
    type: 'AWS::CloudFormation::Stack',
    timestamp: now,
    status,
    reason: 'User Initiated',
    clientRequestToken: request.clientRequestToken,
  });
  host.orders.place<OperationOrder>(
    OPERATION_ORDER,
    { stackId: stack.id, operationId: id },
    { id: `${OPERATION_ORDER}/${id}` },
  );
  host.database.afterCommit(() => host.signals.changed(stack.id));
  return begun;
}

/** The template's key is kept with its text. Inside a transaction. */
export function keepTarget({ stacks }: BeginParts, target: StackTarget, text: string): void {
  if (stacks.templates.keep(text) !== target.template) throw new Error('A target of another template');
}
