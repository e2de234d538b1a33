import { Collection, type Listed, type Page, type Scope } from '../../../store/collection.ts';
import type { Database } from '../../../store/database.ts';
import { invalidBecause, notFound } from '../errors.ts';

export interface Topic {
  readonly name: string;
  readonly arn: string;
  /** What was set; the defaults are in `attributes.ts`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** How many messages were published to it; a FIFO topic's sequence numbers count them. */
  readonly published: number;
  /** How many of its subscriptions were taken back. */
  readonly unsubscribed: number;
}

export const topicsSchema = Collection.schema('sns_topic');

const TOPIC_ARN = /^arn:aws[a-z-]*:sns:([a-z0-9-]+):(\d{12}):([A-Za-z0-9_-]{1,256}(?:\.fifo)?)$/;

/** Topics by name. */
export class TopicsTable {
  readonly #topics: Collection<Topic>;

  constructor(database: Database) {
    this.#topics = new Collection<Topic>(database, 'sns_topic');
  }

  find(arn: string): Topic | undefined {
    const [, region, account, name] = TOPIC_ARN.exec(arn) ?? [];
    return name === undefined ? undefined : this.#topics.get({ account: account!, region: region! }, name);
  }

  /** @throws NotFoundException, InvalidParameterException for what is no ARN of a topic */
  get(arn: string): Topic {
    const parts = arn.split(':').length;
    if (parts < 6) {
      throw invalidBecause('TopicArn', `An ARN must have at least 6 elements, not ${parts}`);
    }
    const topic = this.find(arn);
    if (!topic) throw notFound('Topic');
    return topic;
  }

  put(topic: Topic): void {
    this.#topics.put(scopeOfArn(topic.arn), topic.name, topic);
  }

  delete({ arn, name }: Topic): void {
    this.#topics.delete(scopeOfArn(arn), name);
  }

  list(scope: Scope, page: Page): Listed<Topic>[] {
    return this.#topics.list(scope, page);
  }
}

export function isFifo({ name }: Pick<Topic, 'name'>): boolean {
  return name.endsWith('.fifo');
}

/** Whose an ARN is, and where. */
export function scopeOfArn(arn: string): Scope {
  const [, , , region = '', account = ''] = arn.split(':');
  return { account, region };
}
