import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Caller } from '../access/caller.ts';
import { ServiceError } from './errors.ts';
import type { Host } from './host.ts';

/** A stream of CloudWatch Logs, written to on somebody's behalf, such as a function's role. */
export interface LogTarget {
  readonly caller: Caller;
  readonly region: string;
  readonly group: string;
  readonly stream: string;
}

export interface LogEvent {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** Not empty. */
  readonly message: string;
}

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
export const MOST_LOG_EVENTS = 10_000;
const LARGEST_BATCH = 1_048_576;
const EVENT_OVERHEAD = 26;

/**
 * Writes events to a stream in batches that the logs service takes; the stream and its group are made
 * if they are not there.
 *
 * @param token - effect token of this delivery, where it may be repeated
 * @throws ServiceError when the logs service refuses them
 */
export async function deliverLogEvents(
  host: Pick<Host, 'client'>,
  target: LogTarget,
  events: readonly LogEvent[],
  token?: string,
): Promise<void> {
  let index = 0;
  for (const batch of batches(events)) {
    await deliverBatch(host, target, batch, token === undefined ? undefined : `${token}/${index}`);
    index += 1;
  }
}

async function deliverBatch(
  host: Pick<Host, 'client'>,
  target: LogTarget,
  logEvents: LogEvent[],
  token: string | undefined,
): Promise<void> {
  const { caller, region, group, stream } = target;
  const logs = host.client<CloudWatchLogs>('logs', {
    caller,
    region,
    ...(token !== undefined && { token }),
  });
  const put = () => logs.putLogEvents({ logGroupName: group, logStreamName: stream, logEvents });
  try {
    await put();
  } catch (error) {
    if (!isError(error, 'ResourceNotFoundException')) throw error;
    await createStream(host, target);
    await put();
  }
}

async function createStream(
  host: Pick<Host, 'client'>,
  { caller, region, group, stream }: LogTarget,
): Promise<void> {
  const logs = host.client<CloudWatchLogs>('logs', { caller, region });
  await unlessThere(logs.createLogGroup({ logGroupName: group }));
  await unlessThere(logs.createLogStream({ logGroupName: group, logStreamName: stream }));
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!isError(error, 'ResourceAlreadyExistsException')) throw error;
  }
}

function isError(error: unknown, code: string): boolean {
  return error instanceof ServiceError && error.code === code;
}

function* batches(events: readonly LogEvent[]): Generator<LogEvent[]> {
  let batch: LogEvent[] = [];
  let size = 0;
  for (const event of events) {
    const length = Buffer.byteLength(event.message) + EVENT_OVERHEAD;
    if (batch.length >= MOST_LOG_EVENTS || (size + length > LARGEST_BATCH && batch.length > 0)) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(event);
    size += length;
  }
  if (batch.length > 0) yield batch;
}
