import type { Lambda } from '@aws-sdk/client-lambda';
import type { Receiver } from './receivers.ts';

/** A function is invoked without waiting for its answer. */
export const lambdaReceiver: Receiver = {
  send: (host, { target, input, caller, region, token }) =>
    host.client<Lambda>('lambda', { caller, region, token }).invoke({
      FunctionName: target.Arn,
      InvocationType: 'Event',
      Payload: new TextEncoder().encode(input),
    }),
};
