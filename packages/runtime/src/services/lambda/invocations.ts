import type { Host } from '../../dispatch/host.ts';
import type { Scope } from '../../store/collection.ts';
import type { FunctionMetrics } from './function-metrics.ts';
import type { VersionRecord } from './function-store.ts';
import type { InvocationReport } from './logs/function-log.ts';
import type { Throttling } from './throttling.ts';
import type { PooledWorker, WorkerPool } from './workers/pool.ts';
import { memoryOf } from './workers/process-memory.ts';
import type { WorkerOutcome } from './workers/worker.ts';

/** An event for a version of a function. */
export interface Invocation {
  readonly scope: Scope;
  readonly version: VersionRecord;
  /** The ARN as the caller named the function, with its qualifier. */
  readonly invokedArn: string;
  readonly requestId: string;
  readonly payload: Uint8Array;
  /** JSON text. */
  readonly clientContext?: string | undefined;
  /** Ends the invocation, for one that is repeated later. */
  readonly signal?: AbortSignal | undefined;
}

export interface InvocationResult {
  readonly payload: Uint8Array;
  /** Whether the payload is an error of the function. */
  readonly failed: boolean;
  /** The last 4 KB of the log, in base64. */
  readonly tail: string;
}

type Outcome = WorkerOutcome | { readonly kind: 'timeout' };

type Run = Pick<InvocationReport, 'milliseconds' | 'peakMemory' | 'initMilliseconds'> & {
  readonly outcome: Outcome;
};

/** What an invocation came to, as the caller and the log see it. */
interface Conclusion extends Pick<InvocationReport, 'status' | 'errorType'> {
  readonly payload: Uint8Array;
  /** For the log, where the process could not write it. */
  readonly fault?: string;
}

const INIT_MS = 10_000;
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; the answer may be a little
// longer than the 6 MB of a request.
const LARGEST_RESPONSE = 6_291_556;

/** Runs invocations in functions' processes, within their limits, and writes their logs. */
export class Invocations {
  readonly #host: Host;
  readonly #workers: WorkerPool;
  readonly #throttling: Throttling;
  readonly #metrics: FunctionMetrics;

  constructor(host: Host, workers: WorkerPool, throttling: Throttling, metrics: FunctionMetrics) {
    this.#host = host;
    this.#workers = workers;
    this.#throttling = throttling;
    this.#metrics = metrics;
  }

  /**
   * @throws ServiceError TooManyRequestsException when the function is throttled; the reason of the
   * invocation's signal when that aborts
   */
  async run(invocation: Invocation): Promise<InvocationResult> {
    const { scope, version, signal } = invocation;
    const leave = this.#enter(scope, version.Name);
    let pooled: PooledWorker | undefined;
    try {
      signal?.throwIfAborted();
      const taken = await this.#workers.take(scope, version);
      pooled = taken;
      const abort = () => void taken.worker.kill();
      signal?.addEventListener('abort', abort);
      const result = await this.#runIn(taken, invocation).finally(() =>
        signal?.removeEventListener('abort', abort),
      );
      signal?.throwIfAborted();
      return result;
    } finally {
      if (pooled) await this.#workers.giveBack(pooled);
      leave();
    }
  }

  #enter(scope: Scope, name: string): () => void {
    try {
      return this.#throttling.enter(scope, name);
    } catch (error) {
      this.#metrics.throttled(scope, name);
      throw error;
    }
  }

  async #runIn(pooled: PooledWorker, invocation: Invocation): Promise<InvocationResult> {
    const { log } = pooled;
    const { requestId, version, scope } = invocation;
    const { Timeout, MemorySize } = version.Settings;
    const run = await this.#attempt(pooled, invocation, Timeout * 1000);
    const { fault, payload, ...conclusion } = conclude(run.outcome, requestId, Timeout);
    if (fault !== undefined) log.fault(requestId, fault, conclusion.errorType ?? '');
    const { milliseconds, peakMemory, initMilliseconds } = run;
    const tail = log.ended({
      ...conclusion,
      requestId,
      milliseconds,
      memorySize: MemorySize,
      peakMemory,
      initMilliseconds,
    });
    const failed = conclusion.status !== 'success';
    this.#metrics.invoked(scope, version.Name, { milliseconds, failed });
    return { payload, failed, tail };
  }

  /** Loads the function if that has not been done, and hands the event over. */
  async #attempt(pooled: PooledWorker, invocation: Invocation, limit: number): Promise<Run> {
    const { log, worker } = pooled;
    const { requestId, version } = invocation;
    const loadBegan = performance.now();
    let initMilliseconds: number | undefined;
    if (!pooled.loaded) {
      // AWS gives loading 10 seconds and then once more the function's own limit.
      const outcome = await this.#within(INIT_MS + limit, pooled, worker.ready());
      const peakMemory = memoryOf(worker.pid)?.peak;
      if (outcome.kind !== 'result') {
        pooled.retired = true;
        // Its last words come with its end.
        await worker.kill();
        log.started(requestId, version.Version);
        return { outcome, peakMemory, initMilliseconds, milliseconds: performance.now() - loadBegan };
      }
      pooled.loaded = true;
      initMilliseconds = performance.now() - loadBegan;
      log.loaded();
    }
    log.started(requestId, version.Version);
    const began = performance.now();
    const outcome = await this.#within(limit, pooled, this.#hand(pooled, invocation, limit));
    const milliseconds = outcome.kind === 'timeout' ? limit : performance.now() - began;
    if (outcome.kind === 'error' && outcome.ends) pooled.retired = true;
    return { outcome, peakMemory: memoryOf(worker.pid)?.peak, initMilliseconds, milliseconds };
  }

  async #hand(pooled: PooledWorker, invocation: Invocation, limit: number): Promise<Outcome> {
    const { requestId, invokedArn, clientContext, payload } = invocation;
    const header = {
      requestId,
      arn: invokedArn,
      limit,
      clientContext,
      traceId: this.#traceId(),
    };
    return await pooled.worker.invoke(header, payload);
  }

  /** Names an invocation in X-Ray's form; nothing is traced. */
  #traceId(): string {
    const { clock, ids } = this.#host;
    const seconds = Math.floor(clock.now() / 1000).toString(16);
    return `Root=1-${seconds}-${ids.hex(24)};Parent=${ids.hex(16)};Sampled=0`;
  }

  /** A process whose time is over is ended. */
  async #within(limit: number, pooled: PooledWorker, work: Promise<Outcome>): Promise<Outcome> {
    let timedOut = false;
    const alarm = this.#host.clock.at(this.#host.clock.now() + limit, () => {
      timedOut = true;
      pooled.retired = true;
      void pooled.worker.kill();
    });
    const outcome = await work;
    alarm.cancel();
    return timedOut && outcome.kind === 'exited' ? { kind: 'timeout' } : outcome;
  }
}

function conclude(outcome: Outcome, requestId: string, timeout: number): Conclusion {
  switch (outcome.kind) {
    case 'result':
      if (outcome.payload.byteLength <= LARGEST_RESPONSE) {
        return { status: 'success', payload: outcome.payload };
      }
      return failure(
        'Function.ResponseSizeTooLarge',
        `Response payload size exceeded maximum allowed payload size (${LARGEST_RESPONSE} bytes).`,
      );
    case 'error':
      return { status: 'error', errorType: outcome.errorType, payload: outcome.payload };
    case 'exited':
      return {
        ...failure('Runtime.ExitError', `RequestId: ${requestId} Error: ${outcome.reason}`),
        fault: outcome.reason,
      };
    case 'timeout': {
      const fault = `Task timed out after ${timeout.toFixed(2)} seconds`;
      return {
        ...failure('Sandbox.Timedout', `RequestId: ${requestId} Error: ${fault}`),
        status: 'timeout',
        fault,
      };
    }
  }
}

function failure(errorType: string, errorMessage: string): Conclusion {
  return { status: 'error', errorType, payload: Buffer.from(JSON.stringify({ errorType, errorMessage })) };
}
