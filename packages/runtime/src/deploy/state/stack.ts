import type { ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation';
import type { Caller } from '../../access/caller.ts';
import type { StackParameter } from '../template/parameters.ts';

export interface StackTag {
  readonly Key: string;
  readonly Value: string;
}

export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

/** What a stack is to be: everything that an update can change and a rollback returns to. */
export interface StackTarget {
  /** Key of the template's text. */
  readonly template: string;
  readonly description?: string | undefined;
  readonly parameters: readonly StackParameter[];
  readonly tags: readonly StackTag[];
  readonly capabilities: readonly string[];
  readonly notificationArns: readonly string[];
}

/** A stack. Its template and parameters are those of the operation under way, or else the last one. */
export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly status: StackStatus;
  readonly statusReason?: string | undefined;
  readonly created: Date;
  readonly updated?: Date | undefined;
  readonly deleted?: Date | undefined;
  /** Absent while the stack is only reviewed. */
  readonly target?: StackTarget | undefined;
  /** What the resources are when no operation has failed half-way: where a rollback returns to. */
  readonly stable?: StackTarget | undefined;
  readonly outputs: readonly StackOutput[];
  readonly roleArn?: string | undefined;
  readonly disableRollback: boolean;
  readonly retainExceptOnCreate?: boolean | undefined;
  readonly terminationProtection: boolean;
  readonly timeoutMinutes?: number | undefined;
  /** The change set last executed. */
  readonly changeSetId?: string | undefined;
  readonly parentId?: string | undefined;
  readonly rootId?: string | undefined;
  readonly policy?: string | undefined;
  /** The operation under way, or the last one. */
  readonly operationId?: string | undefined;
  /** How many stacks of this name left resources behind: part of the names of this one's. */
  readonly incarnation: number;
}

export type OperationType =
  | 'CREATE_STACK'
  | 'UPDATE_STACK'
  | 'DELETE_STACK'
  | 'ROLLBACK'
  | 'CONTINUE_ROLLBACK';

/** Something being done to a stack, from the call that asked for it to its end. */
export interface Operation {
  readonly id: string;
  readonly stackId: string;
  readonly type: OperationType;
  /** On whose behalf; calls are made as a session of `roleArn` where there is one. */
  readonly caller: Caller;
  readonly roleArn?: string | undefined;
  readonly clientRequestToken?: string | undefined;
  readonly started: Date;
  readonly ended?: Date | undefined;
  readonly onFailure: 'ROLLBACK' | 'DELETE' | 'DO_NOTHING';
  /** Resources that a deletion leaves alone. */
  readonly retain: readonly string[];
  /** A deletion leaves behind what cannot be deleted, rather than fail. */
  readonly force?: boolean | undefined;
  /** Resources that the continuation of a rollback leaves as they are. */
  readonly skip: readonly string[];
  /** The stack policy that holds for this update instead of the stack's own. */
  readonly policy?: string | undefined;
  /** Why it is to stop and roll back: the user cancelled it, or its time is up. */
  readonly cancelled?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly deadline?: number | undefined;
  /** The status to return to when a deletion turns out to be impossible. */
  readonly statusBefore?: StackStatus | undefined;
}

/** A resource as it really is. */
export interface Embodiment {
  readonly type: string;
  readonly physicalId: string;
  /** Evaluated; dynamic references stay as they are written. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** 0 for the first, 1 for what replaced it, and so on: part of its name. */
  readonly generation: number;
}

/** What another embodiment has taken the place of, still to be deleted or left alone. */
export interface Discarded {
  readonly embodiment: Embodiment;
  readonly retain: boolean;
  /** Its deletion is under way. */
  readonly begun?: boolean;
}

/** What becomes of a resource that is not wanted any more; `retain-unless-new`: deleted only with its own creation. */
export type Ending = 'delete' | 'retain' | 'retain-unless-new';

/** A resource of a stack's template. */
export interface StackResource {
  readonly stackId: string;
  readonly logicalId: string;
  readonly type: string;
  readonly status: ResourceStatus;
  readonly statusReason?: string | undefined;
  readonly timestamp: Date;
  /** The operation that touched it last. */
  readonly operationId: string;
  /** What there is now; absent before it is created and after it is deleted. */
  readonly current?: Embodiment | undefined;
  /** The properties that an update under way, or one that failed, is to bring. */
  readonly attempted?: Readonly<Record<string, unknown>> | undefined;
  /** What there was before the operation that has not come to its end: what a rollback returns to. */
  readonly before?: Before | undefined;
  readonly discarded: readonly Discarded[];
  /** The template does not have it any more: to be deleted at the end. */
  readonly removed?: boolean | undefined;
  readonly dependsOn: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  /** By its `DeletionPolicy`. */
  readonly onRemoval: Ending;
}

export interface Before {
  /** Absent when the operation created the resource. */
  readonly embodiment?: Embodiment | undefined;
  readonly dependsOn: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly onRemoval: Ending;
}

export interface StackEvent {
  readonly id: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly operationId: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly timestamp: Date;
  readonly status: ResourceStatus | StackStatus;
  readonly reason?: string | undefined;
  /** JSON. */
  readonly properties?: string | undefined;
  readonly clientRequestToken?: string | undefined;
}

/** Whether something is being done to the stack. */
export function isInProgress({ status }: Stack): boolean {
  return status !== 'REVIEW_IN_PROGRESS' && status.endsWith('_IN_PROGRESS');
}
