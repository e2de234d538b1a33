import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { isObject } from '../../../deploy/template/template.ts';
import type { Host } from '../../../dispatch/host.ts';
import { Collection } from '../../../store/collection.ts';

/** A request to somebody outside who answers by a PUT to a URL: a custom resource's function, a wait condition's client. */
export interface Awaited {
  /** What was answered so far, in order. */
  readonly answers: readonly Readonly<Record<string, unknown>>[];
  /** When waiting ends, in milliseconds since the epoch. */
  readonly deadline: number;
}

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
const LONGEST_ANSWER = 4096;
const KEPT_MS = 24 * 3600 * 1000;
const EVERYWHERE = { account: 'any', region: 'any' };

/**
 * Answers that come from outside by `PUT <endpoint>/_slipway/cloudformation/response/<token>`, as AWS's come
 * to a presigned URL. They are rows, so one that comes while the runtime restarts its deployment is not lost.
 */
export class Responses {
  readonly #host: Host;
  readonly #rows: Collection<Awaited>;

  static readonly schema = Collection.schema('cloudformation_response');

  constructor(host: Host) {
    this.#host = host;
    this.#rows = new Collection(host.database, 'cloudformation_response');
  }

  url(token: string): string {
    return `${this.#host.endpoint()}/_slipway/cloudformation/response/${token}`;
  }

  /** Expects answers for so many milliseconds; asked again for the same token, the first deadline holds. */
  async expect(token: string, milliseconds: number): Promise<void> {
    const deadline = this.#host.clock.now() + milliseconds;
    await this.#host.database.transaction(() => {
      this.#rows.insert(EVERYWHERE, token, { answers: [], deadline });
    });
  }

  answers(token: string): Awaited['answers'] {
    return this.#rows.get(EVERYWHERE, token)?.answers ?? [];
  }

  /**
   * Waits until `enough` finds what it looks for among the answers.
   *
   * @param until - whose deadline holds, where it is not the token's own
   * @returns undefined when the time is up
   * @throws the signal's reason
   */
  async until<T>(
    token: string,
    enough: (answers: Awaited['answers']) => T | undefined,
    signal: AbortSignal,
    until = token,
  ): Promise<T | undefined> {
    const { clock, signals } = this.#host;
    const patience = new AbortController();
    const deadline = this.#rows.get(EVERYWHERE, until)?.deadline ?? clock.now();
    const alarm = clock.at(deadline, () => patience.abort());
    try {
      return await signals.until(
        topicOf(token),
        () => enough(this.answers(token)),
        AbortSignal.any([signal, patience.signal]),
      );
    } catch (error) {
      if (signal.aborted || !patience.signal.aborted) throw error;
      return undefined;
    } finally {
      alarm.cancel();
    }
  }

  /** Inside a transaction: forgets answers for which nobody can be waiting any more. */
  prune(): void {
    const now = this.#host.clock.now();
    for (const { id, document } of this.#rows.everywhere()) {
      if (document.deadline + KEPT_MS < now) this.#rows.delete(EVERYWHERE, id);
    }
  }

  /** Inside a transaction: adds an answer. @returns false when nobody waits for one */
  add(token: string, answer: Readonly<Record<string, unknown>>): boolean {
    const row = this.#rows.get(EVERYWHERE, token);
    if (!row) return false;
    this.#rows.update(EVERYWHERE, token, { ...row, answers: [...row.answers, answer] });
    this.#host.database.afterCommit(() => this.#host.signals.changed(topicOf(token)));
    return true;
  }

  /** Takes an answer in, as far as the path is one for answers. */
  answer(path: string, request: IncomingMessage, response: ServerResponse): boolean {
    const token = /^response\/([0-9a-f]+)$/.exec(path.split('?')[0]!)?.[1];
    if (token === undefined || request.method !== 'PUT') return false;
    void this.#receive(token, request).then(
      (status) => response.writeHead(status).end(),
      () => response.writeHead(500).end(),
    );
    return true;
  }

  async #receive(token: string, request: IncomingMessage): Promise<number> {
    const body = await text(request);
    const answer = body.length > LONGEST_ANSWER ? TOO_LONG : parse(body);
    if (!answer) return 400;
    const known = await this.#host.database.transaction(() => this.add(token, answer));
    return known ? 200 : 404;
  }
}

const TOO_LONG = { Status: 'FAILED', Reason: 'Response object is too long.' };

function parse(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    return isObject(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}

function topicOf(token: string): string {
  return `cloudformation/response/${token}`;
}
