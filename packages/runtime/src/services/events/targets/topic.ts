import type { SNS } from '@aws-sdk/client-sns';
import type { Receiver } from './receivers.ts';

/** A topic gets the input as a notification. */
export const topicReceiver: Receiver = {
  send: (host, { target, input, caller, region, token }) =>
    host.client<SNS>('sns', { caller, region, token }).publish({ TopicArn: target.Arn, Message: input }),
};
