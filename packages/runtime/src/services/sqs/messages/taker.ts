import { type SqsParts, tellReceivers } from '../parts.ts';
import { numberOf } from '../queues/attributes.ts';
import { isFifo, type Queue, redrivePolicy } from '../queues/queues-table.ts';
import { decodeDetails, encodeDetails } from './details.ts';
import type { StoredMessage } from './messages-table.ts';

export interface Taken {
  readonly message: StoredMessage;
  readonly receipt: string;
}

export interface Taking {
  readonly now: number;
  readonly limit: number;
  /** For how many seconds nobody else gets them. */
  readonly visibility: number;
  /** Makes a receive of a FIFO queue repeatable. */
  readonly attempt?: string | undefined;
}

/** Hands messages out; everything here is for use inside a transaction. */
export class Taker {
  readonly #parts: SqsParts;

  constructor(parts: SqsParts) {
    this.#parts = parts;
  }

  /**
   * Takes what can be received. On the way those that were kept long enough are deleted, and those that
   * were received too often go where dead letters go.
   */
  take(queue: Queue, taking: Taking): Taken[] {
    const again = this.#again(queue, taking);
    if (again) return again;
    const { now, limit, attempt } = taking;
    const { messages, deduplication } = this.#parts;
    const oldest = now - numberOf(queue, 'MessageRetentionPeriod') * 1000;
    const dead = this.#deadLetters(queue);
    const taken = new Map<number, Taken>();
    for (let removed = true; removed && taken.size < limit; ) {
      removed = false;
      for (const message of messages.ready(queue.id, now, limit + taken.size, isFifo(queue))) {
        if (taken.has(message.id)) continue;
        if (message.sent <= oldest) {
          messages.delete(message.id);
          removed = true;
        } else if (dead && message.receives >= dead.after) {
          this.#bury(message, queue, dead.queue, now);
          removed = true;
        } else if (taken.size < limit) {
          taken.set(message.id, this.#hand(message, taking));
        }
      }
    }
    const all = [...taken.values()];
    if (attempt !== undefined && all.length > 0) {
      const receipts = all.map(({ message, receipt }): [number, string] => [message.id, receipt]);
      deduplication.keepAttempt(queue.id, attempt, receipts, now);
    }
    return all;
  }

  #hand(message: StoredMessage, { now, visibility }: Taking): Taken {
    const receipt = this.#parts.host.ids.hex(16);
    this.#parts.messages.take(message.id, now, now + visibility * 1000, receipt);
    const { receives, firstReceived } = message;
    return {
      message: { ...message, receives: receives + 1, firstReceived: firstReceived ?? now },
      receipt,
    };
  }

  /** What an earlier attempt with the same id got, as long as it still has all of it. */
  #again(queue: Queue, { attempt, now, visibility }: Taking): Taken[] | undefined {
    if (attempt === undefined) return undefined;
    const { messages, deduplication } = this.#parts;
    const receipts = deduplication.attempt(queue.id, attempt, now);
    const taken = (receipts ?? []).flatMap(([id, receipt]) => {
      const message = messages.get(queue.id, id);
      return message?.receipt === receipt && message.visible > now ? [{ message, receipt }] : [];
    });
    if (taken.length === 0 || taken.length !== receipts?.length) return undefined;
    for (const { message } of taken) messages.setVisible(message.id, now + visibility * 1000);
    return taken;
  }

  #deadLetters(queue: Queue): { queue: Queue; after: number } | undefined {
    const policy = redrivePolicy(queue);
    const target = policy && this.#parts.queues.findByArn(policy.deadLetterTargetArn);
    return target && { queue: target, after: policy.maxReceiveCount };
  }

  /** A standard queue's message is kept as long as if it had been sent to the other queue at first. */
  #bury(message: StoredMessage, from: Queue, to: Queue, now: number): void {
    const details = { ...decodeDetails(message.details), deadLetterSource: from.arn };
    this.#parts.messages.move(message.id, {
      queue: to.id,
      visible: now,
      sent: isFifo(to) ? now : message.sent,
      details: encodeDetails(details),
    });
    tellReceivers(this.#parts, to);
  }
}
