import { Collection, type Listed, type Page, type Scope } from '../../../store/collection.ts';
import type { Database } from '../../../store/database.ts';
import { noSuchQueue } from '../errors.ts';

export interface Queue {
  /** Its messages' key: a queue that is created again under the same name starts empty. */
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  /** What was set; the defaults are in `attributes.ts`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly created: number;
  readonly modified: number;
  /** When it was last purged. */
  readonly purged?: number;
}

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

export const queuesSchema = Collection.schema('sqs_queue');

const QUEUE_ARN = /^arn:aws[a-z-]*:sqs:([a-z0-9-]+):(\d{12}):([A-Za-z0-9_-]{1,80}(?:\.fifo)?)$/;
const QUEUE_PATH = /(?:^|\/)(\d{12})\/([A-Za-z0-9_-]{1,80}(?:\.fifo)?)$/;

/** Queues by name. */
export class QueuesTable {
  readonly #queues: Collection<Queue>;

  constructor(database: Database) {
    this.#queues = new Collection<Queue>(database, 'sqs_queue');
  }

  find(scope: Scope, name: string): Queue | undefined {
    return this.#queues.get(scope, name);
  }

  findByArn(arn: string): Queue | undefined {
    const [, region, account, name] = QUEUE_ARN.exec(arn) ?? [];
    return name === undefined ? undefined : this.find({ account: account!, region: region! }, name);
  }

  /**
   * The queue that a URL means: its path names account and queue, the region is the caller's. Whichever
   * host and port the URL has, so that URLs outlive the runtime that gave them.
   *
   * @throws QueueDoesNotExist
   */
  byUrl(url: string, { region }: Scope): Queue {
    const place = queuePlace(url);
    const queue = place && this.find({ account: place.account, region }, place.name);
    if (!queue) throw noSuchQueue();
    return queue;
  }

  put(queue: Queue): void {
    this.#queues.put(scopeOf(queue), queue.name, queue);
  }

  delete(queue: Queue): void {
    this.#queues.delete(scopeOf(queue), queue.name);
  }

  list(scope: Scope, page: Page): Listed<Queue>[] {
    return this.#queues.list(scope, page);
  }

  everywhere(): Queue[] {
    return this.#queues.everywhere().map(({ document }) => document);
  }

  /** Queues whose messages end in this one. */
  sourcesOf(queue: Queue): Queue[] {
    return this.#queues
      .list(scopeOf(queue))
      .map(({ document }) => document)
      .filter((source) => redrivePolicy(source)?.deadLetterTargetArn === queue.arn);
  }
}

/** Account and name in a queue's URL; undefined where it has none. */
export function queuePlace(url: string): { account: string; name: string } | undefined {
  const [, account = '', name] = QUEUE_PATH.exec(url) ?? [];
  return name === undefined ? undefined : { account, name };
}

export function isFifo({ name }: Pick<Queue, 'name'>): boolean {
  return name.endsWith('.fifo');
}

export function isQueueArn(arn: string): boolean {
  return QUEUE_ARN.test(arn);
}

export function redrivePolicy({ attributes }: Queue): RedrivePolicy | undefined {
  const text = attributes['RedrivePolicy'];
  if (!text) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(text) as RedrivePolicy;
  return { deadLetterTargetArn, maxReceiveCount: Number(maxReceiveCount) };
}

function scopeOf({ arn }: Queue): Scope {
  const [, , , region = '', account = ''] = arn.split(':');
  return { account, region };
}
