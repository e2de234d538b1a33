import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Receiver } from './receivers.ts';

/** Events of a rule become lines of one log stream a day. */
export const logGroupReceiver: Receiver = {
  async send(host, { target, input, event, ruleName, caller, region, token }) {
    const logGroupName = target.Arn!.split(':')[6] ?? '';
    const logStreamName = `${ruleName}/${event.time.slice(0, 10)}`;
    const logs = host.client<CloudWatchLogs>('logs', { caller, region });
    try {
      await logs.createLogStream({ logGroupName, logStreamName });
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === 'ResourceAlreadyExistsException')) throw error;
    }
    const put = host.client<CloudWatchLogs>('logs', { caller, region, token });
    return await put.putLogEvents({
      logGroupName,
      logStreamName,
      logEvents: [lineOf(input, host.clock.now())],
    });
  },
};

/** A template may say itself what the line and its time are. */
function lineOf(input: string, now: number): { timestamp: number; message: string } {
  const { timestamp, message } = fieldsOf(input);
  if (typeof message !== 'string') return { timestamp: now, message: input };
  return { timestamp: typeof timestamp === 'number' ? timestamp : now, message };
}

/** Templates may also make text that is no JSON. */
function fieldsOf(input: string): { timestamp?: unknown; message?: unknown } {
  try {
    return (JSON.parse(input) as object | null) ?? {};
  } catch {
    return {};
  }
}
