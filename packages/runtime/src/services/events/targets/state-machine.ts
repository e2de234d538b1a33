import type { SFN } from '@aws-sdk/client-sfn';
import type { Receiver } from './receivers.ts';

/** A state machine is started; a delivery that is repeated starts it once. */
export const stateMachineReceiver: Receiver = {
  needsRole: true,
  send: (host, { target, input, caller, region, token }) =>
    host
      .client<SFN>('states', { caller, region, token })
      .startExecution({ stateMachineArn: target.Arn, input }),
};
