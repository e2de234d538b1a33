import type { Caller } from '../access/caller.ts';
import type { Scope } from '../store/collection.ts';
import type { ClientOf } from './types.ts';

/** One call of one operation, as its handler sees it: never the HTTP request. */
export interface CallContext extends Scope {
  readonly account: string;
  readonly region: string;
  readonly caller: Caller;
  readonly operation: string;
  readonly requestId: string;
  /** The time of the call. */
  readonly now: Date;
  /** The caller's effect token, where it has one: the same token means the same call, repeated. */
  readonly token: string | undefined;
  /** Aborts when the caller went away or the runtime stops. */
  readonly signal: AbortSignal;
  /**
   * The handler's one transaction; what `work` returns is the operation's output. Where the call has
   * an effect token, the output is kept under it in the same commit and answers a repetition.
   */
  transaction<T>(work: () => T): Promise<T>;
  /**
   * For an output that another part's transaction makes durable: keeps it under the effect token, inside
   * that transaction.
   */
  keep(output: unknown): void;
  /** Another service's client on behalf of this call's caller. */
  client<Sdk>(service: string): ClientOf<Sdk>;
  /** `arn:aws:<service>:<region>:<account>:<resource>` */
  arn(service: string, resource: string): string;
  /** Says something to the user that the API has no place for; it goes to the request log and the console. */
  warn(message: string): void;
}
