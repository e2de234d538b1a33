import type { Scope } from '../../../store/collection.ts';
import { arnOf } from '../arns.ts';
import type { ResourceStore } from '../resource-store.ts';
import type { Fleet } from './endpoint.ts';

/** Which fleet answers for an endpoint, kept in memory between its changes: every invocation asks for it. */
export class Routes {
  readonly #store: ResourceStore;
  readonly #known = new Map<string, Fleet>();

  constructor(store: ResourceStore) {
    this.#store = store;
  }

  /** @returns undefined where nothing serves: no such endpoint, or not yet, or no longer */
  fleetOf(scope: Scope, name: string): Fleet | undefined {
    const arn = arnOf(scope, 'endpoint', name);
    const known = this.#known.get(arn);
    if (known) return known;
    const endpoint = this.#store.get('endpoint', scope, name);
    if (!endpoint?.fleet || endpoint.status === 'Deleting') return undefined;
    this.#known.set(arn, endpoint.fleet);
    return endpoint.fleet;
  }

  /** The endpoint has changed. */
  forget(arn: string): void {
    this.#known.delete(arn);
  }
}
