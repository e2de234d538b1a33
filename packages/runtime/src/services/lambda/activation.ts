import type { Host } from '../../dispatch/host.ts';
import type { Scope } from '../../store/collection.ts';
import type { OrderHandler } from '../../store/orders.ts';
import { conflict } from './errors.ts';
import type { FunctionStore, VersionRecord } from './function-store.ts';
import { type FunctionReference, functionArn } from './names.ts';

const ORDER = 'lambda.activate';

interface Order {
  readonly scope: Scope;
  readonly name: string;
}

/** Makes ready what a version needs to run: its code, its layers, its language. @throws when it cannot */
export type Prepare = (version: VersionRecord) => Promise<void>;

/**
 * Takes functions from Pending to Active, and updates from InProgress to Successful: after the commit
 * that wrote them, once everything is there that running them takes. Usually that is a matter of
 * milliseconds; on a new machine it includes making the Python environment.
 */
export class Activation {
  readonly #host: Host;
  readonly #functions: FunctionStore;
  readonly #prepare: Prepare;
  readonly orders: Readonly<Record<string, OrderHandler<Order>>>;

  constructor(host: Host, functions: FunctionStore, prepare: Prepare) {
    this.#host = host;
    this.#functions = functions;
    this.#prepare = prepare;
    this.orders = { [ORDER]: (body) => this.#carryOut(body) };
  }

  /** Inside the transaction that wrote versions which are not ready yet. */
  order(scope: Scope, name: string): void {
    this.#host.orders.place<Order>(ORDER, { scope, name });
  }

  /** Tries again what failed in an earlier life: the reason may be gone. */
  async retryFailed(): Promise<void> {
    const failed = this.#functions.versions
      .everywhere()
      .filter(
        ({ document: { State, LastUpdateStatus } }) => State === 'Failed' || LastUpdateStatus === 'Failed',
      );
    if (failed.length === 0) return;
    await this.#host.database.transaction(() => {
      for (const { scope, document } of failed) {
        this.#functions.putVersion(scope, { ...document, State: 'Pending' });
        this.order(scope, document.Name);
      }
    });
  }

  /**
   * The version that a reference means, once no change of it is under way. AWS refuses calls in between;
   * here they wait the moment that it takes.
   *
   * @throws ServiceError when the function does not exist
   */
  async unoccupied(reference: FunctionReference, signal?: AbortSignal): Promise<VersionRecord> {
    const read = () => {
      const record = this.#functions.resolve(reference);
      return isPreparing(record) ? undefined : record;
    };
    const now = read();
    if (now) return now;
    return await this.#host.signals.until(functionArn(reference.scope, reference.name), read, signal);
  }

  /** The same, for a version that is to be run. @throws ServiceError when it could not be made ready */
  async runnable(reference: FunctionReference, signal?: AbortSignal): Promise<VersionRecord> {
    const version = await this.unoccupied(reference, signal);
    if (version.State === 'Failed') {
      throw conflict(
        `The operation cannot be performed at this time. The function is currently in the following state: Failed. ${version.StateReason ?? ''}`,
      );
    }
    return version;
  }

  async #carryOut({ scope, name }: Order): Promise<void> {
    // What was written anew while it was being prepared has another revision, and another round.
    for (;;) {
      const preparing = this.#functions.versionsOf(scope, name).filter(isPreparing);
      if (preparing.length === 0) return;
      const outcomes = new Map<string, string | undefined>();
      for (const version of preparing) outcomes.set(version.RevisionId, await this.#attempt(version));
      await this.#host.database.transaction(() => this.#record(scope, name, outcomes));
    }
  }

  #record(scope: Scope, name: string, outcomes: ReadonlyMap<string, string | undefined>): void {
    for (const version of this.#functions.versionsOf(scope, name)) {
      if (!outcomes.has(version.RevisionId)) continue;
      const RevisionId = this.#host.ids.uuid();
      this.#functions.putVersion(scope, { ...after(version, outcomes.get(version.RevisionId)), RevisionId });
    }
    this.#host.database.afterCommit(() => this.#host.signals.changed(functionArn(scope, name)));
  }

  /** @returns why the version cannot run, or undefined */
  async #attempt(version: VersionRecord): Promise<string | undefined> {
    try {
      await this.#prepare(version);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

export function isPreparing({ State, LastUpdateStatus }: VersionRecord): boolean {
  return State === 'Pending' || LastUpdateStatus === 'InProgress';
}

function after(version: VersionRecord, failure: string | undefined): VersionRecord {
  const { StateReason: _, LastUpdateReason: __, ...rest } = version;
  if (failure === undefined) return { ...rest, State: 'Active', LastUpdateStatus: 'Successful' };
  if (version.State === 'Pending') {
    return {
      ...rest,
      State: 'Failed',
      StateReason: failure,
      LastUpdateStatus: 'Failed',
      LastUpdateReason: failure,
    };
  }
  return { ...rest, LastUpdateStatus: 'Failed', LastUpdateReason: failure };
}
