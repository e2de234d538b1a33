import type { SQS } from '@aws-sdk/client-sqs';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Operations } from '../../../dispatch/service.ts';
import type { Scope } from '../../../store/collection.ts';
import { pagePosition, pageToken } from '../../../store/page-token.ts';
import { invalidParameter, noSuchQueue } from '../errors.ts';
import { type SqsParts, tellReceivers } from '../parts.ts';
import { checkAttributes, mergedAttributes, settingsOf } from './attributes.ts';
import { isFifo, type Queue } from './queues-table.ts';
import { checkDeadLetterQueue } from './redrive-policies.ts';
import { checkTags } from './tags.ts';

const MOST_LISTED = 1000;
const PURGE_PAUSE_MS = 60_000;

/** Operations on queues. */
export function queueOperations(parts: SqsParts) {
  const { host, queues, messages, deduplication } = parts;
  const urlOf = ({ arn, name }: Queue) => `${host.endpoint()}/${arn.split(':')[4]}/${name}`;

  const page = (
    list: readonly Queue[],
    { MaxResults, NextToken }: { MaxResults?: number | undefined; NextToken?: string | undefined },
    question: unknown,
  ) => {
    if (MaxResults !== undefined && (MaxResults < 1 || MaxResults > MOST_LISTED)) {
      throw invalidParameter(
        `Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and ${MOST_LISTED}.`,
      );
    }
    const after = NextToken === undefined ? '' : pagePosition(NextToken, question);
    if (after === undefined) throw invalidParameter('Invalid or expired next token.');
    const left = list.filter(({ name }) => name > after);
    const shown = left.slice(0, MaxResults ?? MOST_LISTED);
    const more = MaxResults !== undefined && left.length > shown.length;
    return {
      urls: shown.map(urlOf),
      NextToken: more ? pageToken(shown.at(-1)!.name, question) : undefined,
    };
  };

  return {
    CreateQueue({ QueueName, Attributes: attributes = {}, tags = {} }, context) {
      checkName(QueueName, attributes['FifoQueue'] === 'true');
      checkAttributes(QueueName, attributes);
      checkTags(tags);
      const arn = context.arn('sqs', QueueName);
      return context.transaction(() => {
        const present = queues.find(context, QueueName);
        if (present) {
          checkSame(present, attributes);
          return { QueueUrl: urlOf(present) };
        }
        const redrive = attributes['RedrivePolicy'];
        if (redrive) checkDeadLetterQueue(redrive, arn, queues);
        const time = context.now.getTime();
        const queue: Queue = {
          id: host.ids.uuid(),
          name: QueueName,
          arn,
          attributes: mergedAttributes({}, attributes),
          tags,
          created: time,
          modified: time,
        };
        queues.put(queue);
        return { QueueUrl: urlOf(queue) };
      });
    },

    GetQueueUrl({ QueueName, QueueOwnerAWSAccountId }, { account, region }) {
      const scope: Scope = { account: QueueOwnerAWSAccountId ?? account, region };
      const queue = queues.find(scope, QueueName);
      if (!queue) throw noSuchQueue();
      return { QueueUrl: urlOf(queue) };
    },

    ListQueues(input, context) {
      const { QueueNamePrefix: prefix = '' } = input;
      const found = queues.list(context, { prefix }).map(({ document }) => document);
      const { urls, NextToken } = page(found, input, ['queues', prefix]);
      return { QueueUrls: urls.length > 0 ? urls : undefined, NextToken };
    },

    ListDeadLetterSourceQueues(input, context) {
      const queue = queues.byUrl(input.QueueUrl, context);
      const { urls, NextToken } = page(queues.sourcesOf(queue), input, ['sources', queue.arn]);
      return { queueUrls: urls, NextToken };
    },

    DeleteQueue: ({ QueueUrl }, context) =>
      context.transaction(() => {
        const queue = queues.byUrl(QueueUrl, context);
        queues.delete(queue);
        messages.deleteAll(queue.id);
        deduplication.forget(queue.id);
        tellReceivers(parts, queue);
        return {};
      }),

    PurgeQueue: ({ QueueUrl }, context) =>
      context.transaction(() => {
        const queue = queues.byUrl(QueueUrl, context);
        const now = context.now.getTime();
        if (queue.purged !== undefined && now < queue.purged + PURGE_PAUSE_MS) {
          throw new ServiceError(
            'PurgeQueueInProgress',
            `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
          );
        }
        messages.deleteAll(queue.id);
        queues.put({ ...queue, purged: now });
        return {};
      }),
  } satisfies Operations<SQS>;
}

/** A queue that is there is answered like a new one when nothing about it would be different. */
function checkSame(present: Queue, wanted: Readonly<Record<string, string>>): void {
  const settings = settingsOf(present);
  for (const [name, value] of Object.entries(wanted)) {
    if ((settings[name] ?? '') === value) continue;
    throw new ServiceError(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for attribute ${name}`,
    );
  }
}

function checkName(name: string, fifo: boolean): void {
  if (fifo && !/^[A-Za-z0-9_-]{1,75}\.fifo$/.test(name)) {
    throw invalidParameter(
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
    );
  }
  if (!fifo && (isFifo({ name }) || !/^[A-Za-z0-9_-]{1,80}$/.test(name))) {
    throw invalidParameter(
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
  }
}
