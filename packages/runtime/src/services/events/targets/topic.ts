import type { SdkMethod } from '../../../dispatch/types.ts';
import type { Receiver } from './receivers.ts';

/** The part of SNS that EventBridge needs; its SDK is no dependency. */
interface Topics {
  publish: SdkMethod<{ TopicArn: string | undefined; Message: string }, { MessageId?: string | undefined }>;
}

/** A topic gets the input as a notification. */
export const topicReceiver: Receiver = {
  send: (host, { target, input, caller, region, token }) =>
    host.client<Topics>('sns', { caller, region, token }).publish({ TopicArn: target.Arn, Message: input }),
};
