import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Clock } from '../../../store/clock.ts';

/** What a container answered. */
export interface ContainerAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly customAttributes: string | undefined;
  readonly body: Uint8Array;
}

/** The container could not be asked, or did not answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** `refused`: the request has not reached it; `timeout`: it took too long. */
  readonly kind: 'refused' | 'timeout' | 'broken';

  constructor(kind: NoAnswer['kind'], cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.kind = kind;
  }
}

interface Live {
  readonly pool: Pool;
  isReady: boolean;
  inFlight: number;
  /** Told when nothing is in flight any more. */
  readonly idle: (() => void)[];
}

const PING_PAUSE_MS = 50;
// https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
const PING_LIMIT_MS = 2000;
const DRAIN_LIMIT_MS = 60_000;
const CONNECTIONS = 32;
// Several small requests on one connection take fewer system calls, which cost more than the rest.
const PIPELINING = 8;
// Containers may close connections that nobody uses; ours are closed first.
const KEEP_ALIVE_MS = 4000;

/** Serving containers that run as processes of this machine, by the ids of their jobs. */
export class LiveInstances {
  readonly #clock: Clock;
  readonly #live = new Map<string, Live>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Asks a container again and again whether it is well, until it is.
   *
   * @param limit - milliseconds
   * @returns `late` when it was not within the limit, `gone` when it is not watched any more
   */
  async watch(job: string, port: number, limit: number): Promise<'ready' | 'late' | 'gone'> {
    const pool = new Pool(`http://127.0.0.1:${port}`, {
      connections: CONNECTIONS,
      pipelining: PIPELINING,
      keepAliveTimeout: KEEP_ALIVE_MS,
    });
    const live: Live = { pool, isReady: false, inFlight: 0, idle: [] };
    this.#live.set(job, live);
    const deadline = this.#clock.now() + limit;
    while (this.#live.get(job) === live && this.#clock.now() < deadline) {
      if (await answersPing(pool)) {
        live.isReady = true;
        return 'ready';
      }
      await setTimeout(PING_PAUSE_MS);
    }
    return this.#live.get(job) === live ? 'late' : 'gone';
  }

  isReady(job: string): boolean {
    return this.#live.get(job)?.isReady ?? false;
  }

  /** The instance with the least to do among those that are well. */
  leastBusy(jobs: readonly string[]): string | undefined {
    let best: string | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const job of jobs) {
      const live = this.#live.get(job);
      if (live?.isReady && live.inFlight < least) {
        best = job;
        least = live.inFlight;
      }
    }
    return best;
  }

  /** @throws NoAnswer */
  async request(
    job: string,
    request: {
      path: string;
      method: 'GET' | 'POST';
      body?: Uint8Array | string;
      headers?: Record<string, string>;
      timeout: number;
    },
  ): Promise<ContainerAnswer> {
    const live = this.#live.get(job);
    if (!live) throw new NoAnswer('refused', 'The container is gone');
    live.inFlight += 1;
    try {
      const { timeout, ...rest } = request;
      // A prediction changes nothing, so requests may follow each other and be sent again.
      const answer = await live.pool.request({
        ...rest,
        idempotent: true,
        headersTimeout: timeout,
        bodyTimeout: timeout,
      });
      return {
        status: answer.statusCode,
        contentType: single(answer.headers['content-type']),
        customAttributes: single(answer.headers['x-amzn-sagemaker-custom-attributes']),
        body: await answer.body.bytes(),
      };
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (code === 'ECONNREFUSED') {
        live.isReady = false;
        throw new NoAnswer('refused', error);
      }
      throw new NoAnswer(/TIMEOUT/.test(code) ? 'timeout' : 'broken', error);
    } finally {
      live.inFlight -= 1;
      if (live.inFlight === 0) for (const tell of live.idle.splice(0)) tell();
    }
  }

  /** Resolves when the container has answered all that it was asked, or has had its time for that. */
  async drained(job: string): Promise<void> {
    const live = this.#live.get(job);
    if (!live || live.inFlight === 0) return;
    const limit = new AbortController();
    const idle = new Promise<void>((resolve) => live.idle.push(resolve));
    await Promise.race([
      idle,
      setTimeout(DRAIN_LIMIT_MS, undefined, { signal: limit.signal }).catch(() => {}),
    ]);
    limit.abort();
  }

  /** The container's process is gone. */
  forget(job: string): void {
    const live = this.#live.get(job);
    this.#live.delete(job);
    void live?.pool.destroy();
  }

  /** The runtime ends. */
  async stop(): Promise<void> {
    const pools = [...this.#live.values()].map(({ pool }) => pool.destroy());
    this.#live.clear();
    await Promise.all(pools);
  }
}

async function answersPing(pool: Pool): Promise<boolean> {
  try {
    const { statusCode, body } = await pool.request({
      path: '/ping',
      method: 'GET',
      headersTimeout: PING_LIMIT_MS,
      bodyTimeout: PING_LIMIT_MS,
    });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
