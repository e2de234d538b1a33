import { ServiceError } from '../../dispatch/errors.ts';
import type { Scope } from '../../store/collection.ts';
import { ACCOUNT_CONCURRENCY } from './concurrency.ts';
import type { FunctionStore } from './function-store.ts';

/** How many invocations run, against what is reserved for a function or left for all. */
export class Throttling {
  readonly #functions: FunctionStore;
  readonly #running = new Map<string, number>();

  constructor(functions: FunctionStore) {
    this.#functions = functions;
  }

  /**
   * Counts an invocation in.
   *
   * @returns a function that counts it out
   * @throws ServiceError TooManyRequestsException when it would be one too many
   */
  enter(scope: Scope, name: string): () => void {
    const reserved = this.#functions.functions.get(scope, name)?.ReservedConcurrency;
    const key = `${keyOf(scope)}/${name}`;
    if (reserved !== undefined) {
      if ((this.#running.get(key) ?? 0) >= reserved) {
        throw throttled('ReservedFunctionConcurrentInvocationLimitExceeded');
      }
    } else if ((this.#running.get(keyOf(scope)) ?? 0) >= ACCOUNT_CONCURRENCY) {
      throw throttled('ConcurrentInvocationLimitExceeded');
    }
    this.#count(key, 1);
    this.#count(keyOf(scope), 1);
    return () => {
      this.#count(key, -1);
      this.#count(keyOf(scope), -1);
    };
  }

  #count(key: string, change: number): void {
    const running = (this.#running.get(key) ?? 0) + change;
    if (running > 0) this.#running.set(key, running);
    else this.#running.delete(key);
  }
}

function keyOf({ account, region }: Scope): string {
  return `${account}/${region}`;
}

function throttled(reason: string): ServiceError {
  return new ServiceError('TooManyRequestsException', 'Rate Exceeded.', { Reason: reason, Type: 'User' });
}
