import type { Message, SQS } from '@aws-sdk/client-sqs';
import type { CallContext } from '../../../dispatch/context.ts';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { invalidParameter, invalidValue } from '../errors.ts';
import { messagesTopic, type SqsParts } from '../parts.ts';
import { numberOf } from '../queues/attributes.ts';
import { isFifo, type Queue } from '../queues/queues-table.ts';
import { changeOrTime } from './arrivals.ts';
import { received, SYSTEM_ATTRIBUTES, type Wanted } from './details.ts';
import { receiptHandle } from './receipts.ts';
import { type Taken, Taker } from './taker.ts';

const MOST_MESSAGES = 10;
const LONGEST_WAIT = 20;
const LONGEST_VISIBILITY = 43_200;
const NOT_FOR_TYPE = 'The request include parameter that is not valid for this queue type';

interface Given {
  readonly MaxNumberOfMessages?: number | undefined;
  readonly VisibilityTimeout?: number | undefined;
  readonly WaitTimeSeconds?: number | undefined;
  readonly ReceiveRequestAttemptId?: string | undefined;
}

/** Receiving, at once or as soon as something comes. */
export function receiveOperations(parts: SqsParts) {
  const { host, queues, messages } = parts;
  const taker = new Taker(parts);

  return {
    async ReceiveMessage(input, context) {
      const queue = queues.byUrl(input.QueueUrl, context);
      check(queue, input);
      const wait = input.WaitTimeSeconds ?? numberOf(queue, 'ReceiveMessageWaitTimeSeconds');
      const deadline = host.clock.now() + wait * 1000;
      const wanted: Wanted = {
        system: systemNames([...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])]),
        attributes: input.MessageAttributeNames ?? [],
      };
      for (;;) {
        const found = await take(queue, input, context, wanted);
        const now = host.clock.now();
        if (found || now >= deadline || context.signal.aborted) return found ?? {};
        // What came since the attempt is seen here; what comes later changes the topic.
        if (messages.ready(queue.id, now, 1, isFifo(queue)).length > 0) continue;
        const next = messages.nextVisible(queue.id, now) ?? deadline;
        await changeOrTime(host, messagesTopic(queue), Math.min(next, deadline), context.signal);
        queues.byUrl(input.QueueUrl, context);
      }
    },
  } satisfies Operations<SQS>;

  /** @returns undefined where there is nothing to take; then nothing was written either */
  async function take(queue: Queue, given: Given, context: CallContext, wanted: Wanted) {
    const { ReceiveRequestAttemptId: attempt } = given;
    const nothing = messages.ready(queue.id, host.clock.now(), 1, isFifo(queue)).length === 0;
    // An attempt that was answered before gets what is in flight.
    if (nothing && attempt === undefined) return undefined;
    return await host.database.transaction(() => {
      // A receiver that went away meanwhile would keep others from what it never gets.
      if (context.signal.aborted) return undefined;
      const taken = taker.take(queue, {
        now: host.clock.now(),
        limit: given.MaxNumberOfMessages ?? 1,
        visibility: given.VisibilityTimeout ?? numberOf(queue, 'VisibilityTimeout'),
        attempt,
      });
      if (taken.length === 0) return undefined;
      const output = { Messages: taken.map((one) => told(queue, one, wanted)) };
      context.keep(output);
      return output;
    });
  }
}

function systemNames(names: readonly string[]): ReadonlySet<string> {
  const unknown = names.find((name) => !SYSTEM_ATTRIBUTES.has(name));
  if (unknown !== undefined) {
    throw new ServiceError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  }
  return new Set(names);
}

function told(queue: Queue, { message, receipt }: Taken, wanted: Wanted): Message {
  return received(message, receiptHandle(queue, message.id, receipt), wanted, isFifo(queue));
}

function check(queue: Queue, given: Given): void {
  const { MaxNumberOfMessages: most = 1, VisibilityTimeout, WaitTimeSeconds: wait = 0 } = given;
  if (most < 1 || most > MOST_MESSAGES) {
    const reason = `Must be between 1 and ${MOST_MESSAGES}, if provided.`;
    throw invalidValue('MaxNumberOfMessages', most, reason);
  }
  if (wait < 0 || wait > LONGEST_WAIT) {
    const reason = `Must be >= 0 and <= ${LONGEST_WAIT}, if provided.`;
    throw invalidValue('WaitTimeSeconds', wait, reason);
  }
  if (VisibilityTimeout !== undefined) checkVisibility(VisibilityTimeout);
  const attempt = given.ReceiveRequestAttemptId;
  if (attempt !== undefined && !isFifo(queue)) {
    throw invalidValue('ReceiveRequestAttemptId', attempt, NOT_FOR_TYPE);
  }
  if (attempt !== undefined && (attempt === '' || attempt.length > 128)) {
    throw invalidParameter('ReceiveRequestAttemptId has to have 1 to 128 characters.');
  }
}

/** @throws InvalidParameterValue */
export function checkVisibility(seconds: number): void {
  if (seconds < 0 || seconds > LONGEST_VISIBILITY) {
    const reason = `VisibilityTimeout must be an integer between 0 and ${LONGEST_VISIBILITY}`;
    throw invalidValue('VisibilityTimeout', seconds, reason);
  }
}
