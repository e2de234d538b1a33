import type { ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation';
import type { Caller } from '../../access/caller.ts';
import type { Host } from '../../dispatch/host.ts';
import { type Blueprint, drawBlueprint } from '../blueprint.ts';
import type { FindProvider } from '../providers.ts';
import type { Operation, Stack, StackResource } from '../state/stack.ts';
import type { Stacks } from '../state/stacks.ts';
import { stackPlace } from './stack-place.ts';

export interface RunParts {
  readonly host: Host;
  readonly stacks: Stacks;
  readonly findProvider: FindProvider;
  readonly caller: Caller;
  readonly operation: Operation;
  readonly stack: Stack;
  /** Aborts when the runtime stops. */
  readonly stopping: AbortSignal;
}

/** What an event says beside the resource's own row. */
export interface EventDetails {
  readonly reason?: string | undefined;
  readonly physicalId?: string | undefined;
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
}

/** The reason given to providers that wait when the rest of the deployment has failed or was cancelled. */
export const CANCELLED = new Error('The deployment was cancelled');

/**
 * One operation on one stack while it is carried out: the rows it works on, in memory and on disk alike,
 * and how they are changed. Whatever it knows can be read again from the rows.
 */
export class Run {
  readonly host: Host;
  readonly stacks: Stacks;
  readonly findProvider: FindProvider;
  readonly caller: Caller;
  readonly stopping: AbortSignal;
  readonly #resources: Map<string, StackResource>;
  #cancel = new AbortController();
  #lastEvent: number;
  #stack: Stack;
  #operation: Operation;
  #blueprint: Blueprint | undefined;

  constructor({ host, stacks, findProvider, caller, operation, stack, stopping }: RunParts) {
    this.host = host;
    this.stacks = stacks;
    this.findProvider = findProvider;
    this.caller = caller;
    this.#operation = operation;
    this.stopping = stopping;
    this.#stack = stack;
    this.#lastEvent = stacks.events(stack, { limit: 1 })[0]?.document.timestamp.getTime() ?? 0;
    this.#resources = new Map(stacks.resources(stack).map((resource) => [resource.logicalId, resource]));
  }

  get stack(): Stack {
    return this.#stack;
  }

  get operation(): Operation {
    return this.#operation;
  }

  /** The template being deployed, with its parameters. */
  get blueprint(): Blueprint {
    if (!this.#blueprint) {
      const { target } = this.#stack;
      if (!target) throw new Error(`Stack ${this.#stack.id} has no template`);
      const place = stackPlace(this.#stack, target);
      this.#blueprint = drawBlueprint(this.stacks.templates.get(target.template), target.parameters, place);
    }
    return this.#blueprint;
  }

  /** For providers that wait. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.stopping, this.#cancel.signal]);
  }

  resource(logicalId: string): StackResource | undefined {
    return this.#resources.get(logicalId);
  }

  resources(): StackResource[] {
    return [...this.#resources.values()];
  }

  /** What was given up in one phase is not in the next, which undoes it. */
  beginPhase(): void {
    if (this.#cancel.signal.aborted) this.#cancel = new AbortController();
  }

  /** Begins nothing more and wakes providers that wait. */
  cancel(reason: string, changes: Partial<Operation> = {}): void {
    this.#operation = { ...this.#operation, ...changes, cancelled: reason };
    this.endWaits();
  }

  /** A resource has failed: what waits need not go on. */
  endWaits(): void {
    this.#cancel.abort(CANCELLED);
  }

  /** Writes in one transaction; those who watch the stack are told. */
  async write<T>(work: () => T): Promise<T> {
    const { database, signals } = this.host;
    return await database.transaction(() => {
      const result = work();
      database.afterCommit(() => signals.changed(this.#stack.id));
      return result;
    });
  }

  /** Inside {@link write}: sets a resource's row, with an event about it where there is something to tell. */
  setResource(resource: StackResource, event?: EventDetails): void {
    const row: StackResource = {
      ...resource,
      operationId: this.#operation.id,
      statusReason: event ? event.reason : resource.statusReason,
      timestamp: event ? this.now() : resource.timestamp,
    };
    this.stacks.putResource(row);
    this.#resources.set(row.logicalId, row);
    if (event) this.addResourceEvent(row, row.status, event);
  }

  /** Inside {@link write}: the resource is not the stack's any more. */
  forgetResource(resource: StackResource): void {
    this.stacks.deleteResource(resource);
    this.#resources.delete(resource.logicalId);
  }

  /** Inside {@link write}. */
  addResourceEvent(resource: StackResource, status: ResourceStatus, event: EventDetails): void {
    const properties = event.properties ?? resource.attempted ?? resource.current?.properties;
    this.stacks.addEvent({
      ...this.#eventBase(),
      id: `${resource.logicalId}-${this.host.ids.uuid()}`,
      logicalId: resource.logicalId,
      physicalId: event.physicalId ?? resource.current?.physicalId ?? '',
      type: resource.type,
      status,
      reason: event.reason,
      properties: properties && JSON.stringify(properties),
    });
  }

  /** Inside {@link write}: brings the stack into another status, which its events tell. */
  setStatus(status: StackStatus, reason?: string, changes: Partial<Stack> = {}): void {
    this.changeStack({ ...changes, status, statusReason: reason });
    this.stacks.addEvent({
      ...this.#eventBase(),
      id: this.host.ids.uuid(),
      logicalId: this.#stack.name,
      physicalId: this.#stack.id,
      type: 'AWS::CloudFormation::Stack',
      status,
      reason,
    });
  }

  /** Inside {@link write}. */
  changeStack(changes: Partial<Stack>): void {
    this.#stack = { ...this.#stack, ...changes };
    this.stacks.update(this.#stack);
    if ('target' in changes) this.#blueprint = undefined;
  }

  /** Inside {@link write}: the operation has come to its end. */
  end(): void {
    this.stacks.putOperation({ ...this.#operation, ended: this.now() });
  }

  now(): Date {
    return new Date(this.host.clock.now());
  }

  #eventBase() {
    const { id, clientRequestToken } = this.#operation;
    return {
      stackId: this.#stack.id,
      stackName: this.#stack.name,
      operationId: id,
      timestamp: this.#eventTime(),
      clientRequestToken,
    };
  }

  /** No two events of a stack have the same time, because clients put them in order by it. */
  #eventTime(): Date {
    this.#lastEvent = Math.max(this.host.clock.now(), this.#lastEvent + 1);
    return new Date(this.#lastEvent);
  }
}
