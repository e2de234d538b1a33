import { type Caller, roleSession, servicePrincipal } from '../access/caller.ts';
import type { Host } from '../dispatch/host.ts';
import { roleIdentity } from '../dispatch/role-identity.ts';
import type { Migration } from '../store/migrations.ts';
import type { OrderHandler } from '../store/orders.ts';
import { OPERATION_ORDER, type OperationOrder } from './begin.ts';
import { carryOut } from './engine/phases.ts';
import { Run } from './engine/run.ts';
import { createFindProvider, type FindProvider } from './providers.ts';
import { ChangeSets } from './state/change-set.ts';
import { isInProgress, type Operation, type Stack } from './state/stack.ts';
import { Stacks } from './state/stacks.ts';

// How long a call waits for the end of the operation that it began: most deployments here are done by
// then, and clients that would look again only after many seconds need not.
const GRACE_MS = 5000;

/** CloudFormation itself, on account of a stack; it acts as the deployment's role. */
export function cloudFormationItself(stackArn: string | undefined, account: string): Caller {
  return servicePrincipal('cloudformation.amazonaws.com', account, { account, arn: stackArn });
}

/** Carries out operations on stacks: what `begin.ts` has ordered, and what a restart finds ordered. */
export class Deployer {
  readonly host: Host;
  readonly stacks: Stacks;
  readonly changeSets: ChangeSets;
  readonly findProvider: FindProvider;
  readonly #runs = new Map<string, Run>();
  readonly #stopping = new AbortController();

  static readonly schema: readonly Migration[] = [...Stacks.schema, ChangeSets.schema];

  constructor(host: Host) {
    this.host = host;
    this.stacks = new Stacks(host.database);
    this.changeSets = new ChangeSets(host.database);
    this.findProvider = createFindProvider(host);
  }

  /** Who carries out the orders. */
  get orders(): Readonly<Record<string, OrderHandler<never>>> {
    const handler: OrderHandler<OperationOrder> = async ({ stackId, operationId }, order) => {
      const stack = this.stacks.byId(stackId);
      const operation = stack && this.stacks.operation(operationId, stack);
      if (stack && operation) await this.#carryOut(stack, operation, order.signal);
      await this.host.database.transaction(() => {
        this.#settleChangeSet(stackId);
        order.complete();
      });
      this.host.signals.changed(stackId);
    };
    return { [OPERATION_ORDER]: handler as OrderHandler<never> };
  }

  /** Forgets templates that no stack and no change set names any more. */
  async start(): Promise<void> {
    await this.host.database.transaction(() => {
      this.stacks.templates.prune(
        new Set([...this.stacks.templatesInUse(), ...this.changeSets.templatesInUse()]),
      );
    });
  }

  /** Aborts when the runtime stops. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Inside a transaction: lets the operation under way begin nothing more and roll back. */
  cancel(stack: Stack, reason: string, changes: Partial<Operation> = {}): void {
    const operation = this.stacks.operation(stack.operationId ?? '', stack);
    if (!operation) return;
    this.stacks.putOperation({ ...operation, ...changes, cancelled: reason });
    this.host.database.afterCommit(() => this.#runs.get(stack.id)?.cancel(reason, changes));
  }

  /** Waits until nothing is being done to a stack, but not for long. */
  async settled(stackId: string, signal: AbortSignal): Promise<void> {
    const { clock } = this.host;
    const patience = new AbortController();
    const alarm = clock.at(clock.now() + GRACE_MS, () => patience.abort());
    try {
      await this.untilSettled(stackId, AbortSignal.any([signal, patience.signal]));
    } catch (error) {
      if (!patience.signal.aborted && !signal.aborted) throw error;
    } finally {
      alarm.cancel();
    }
  }

  /** Waits until nothing is being done to a stack. */
  async untilSettled(stackId: string, signal: AbortSignal): Promise<Stack> {
    return await this.host.signals.until(
      stackId,
      () => {
        const stack = this.stacks.byId(stackId);
        if (!stack) throw new Error(`No stack ${stackId}`);
        return isInProgress(stack) ? undefined : stack;
      },
      signal,
    );
  }

  async #carryOut(stack: Stack, operation: Operation, stopping: AbortSignal): Promise<void> {
    const caller = await this.#deployerOf(operation, stack);
    const { host, stacks, findProvider } = this;
    const run = new Run({ host, stacks, findProvider, caller, operation, stack, stopping });
    this.#runs.set(stack.id, run);
    const alarm =
      operation.deadline === undefined
        ? undefined
        : host.clock.at(operation.deadline, () =>
            run.cancel('Stack creation time exceeded the specified timeout. '),
          );
    try {
      await carryOut(run);
    } finally {
      alarm?.cancel();
      this.#runs.delete(stack.id);
    }
  }

  /** Calls are made as a session of the deployment's role, or else on behalf of whoever asked. */
  async #deployerOf({ caller, roleArn }: Operation, { region, id }: Stack): Promise<Caller> {
    if (roleArn === undefined) return caller;
    const warn = (message: string) =>
      this.host.progress.emit({ type: 'warning', service: 'cloudformation', message });
    const on = { caller, region, warn };
    const role = await roleIdentity(this.host, roleArn, on, cloudFormationItself(id, caller.account));
    return roleSession(role, 'AWSCloudFormation');
  }

  /** The change set that was executed tells how that ended. */
  #settleChangeSet(stackId: string): void {
    const stack = this.stacks.byId(stackId);
    const changeSet = stack?.changeSetId === undefined ? undefined : this.changeSets.byId(stack.changeSetId);
    if (!stack || changeSet?.executionStatus !== 'EXECUTE_IN_PROGRESS') return;
    const succeeded = stack.status === 'CREATE_COMPLETE' || stack.status === 'UPDATE_COMPLETE';
    this.changeSets.put({ ...changeSet, executionStatus: succeeded ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED' });
  }
}
