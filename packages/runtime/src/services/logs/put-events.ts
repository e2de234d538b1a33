import type { CloudWatchLogs, InputLogEvent, RejectedLogEventsInfo } from '@aws-sdk/client-cloudwatch-logs';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { Delivery } from './delivery.ts';
import { EVENT_OVERHEAD, EventsTable } from './events-table.ts';
import { invalidParameter, noSuchStream } from './failures.ts';
import { GroupsTable, groupArn, keptSince, type LogGroup } from './groups-table.ts';
import { sequenceToken } from './streams.ts';

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
const MOST_BATCH_BYTES = 1_048_576;
const MOST_EVENT_BYTES = 1_048_576;
const HOUR_MS = 3_600_000;
const LONGEST_BATCH_MS = 24 * HOUR_MS;
const NEWEST_MS = 2 * HOUR_MS;
const OLDEST_MS = 14 * 24 * HOUR_MS;

type Event = { timestamp: number; message: string };

export function putEventOperations(host: Host) {
  const groups = new GroupsTable(host.database);
  const events = new EventsTable(host.database);
  const delivery = new Delivery(host);

  return {
    PutLogEvents({ logGroupName, logStreamName, logEvents }, context) {
      const now = context.now.getTime();
      checkBatch(logEvents);
      return context.transaction(() => {
        const group = groups.get(context, logGroupName);
        const stream = events.stream(group.id, logStreamName);
        if (!stream) throw noSuchStream();
        const { accepted, rejected } = sort(logEvents, group, now);
        if (accepted.length > 0) {
          const range = events.append(group.id, stream.id, accepted, now);
          delivery.order(group, stream, range, accepted);
          host.database.afterCommit(() => host.signals.changed(groupArn(group)));
        }
        return {
          nextSequenceToken: sequenceToken({ ...stream, lastIngestion: now }),
          rejectedLogEventsInfo: rejected,
        };
      });
    },
  } satisfies Operations<CloudWatchLogs>;
}

function checkBatch(events: readonly InputLogEvent[]): asserts events is Event[] {
  const [first] = events;
  let previous = first?.timestamp ?? 0;
  let bytes = 0;
  for (const { timestamp = 0, message = '' } of events) {
    if (timestamp < previous) {
      throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
    }
    previous = timestamp;
    const size = Buffer.byteLength(message) + EVENT_OVERHEAD;
    if (size > MOST_EVENT_BYTES) {
      throw invalidParameter(`Log event too large: ${size} bytes exceeds limit of ${MOST_EVENT_BYTES}`);
    }
    bytes += size;
  }
  if (bytes > MOST_BATCH_BYTES) {
    throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${MOST_BATCH_BYTES}`);
  }
  if (previous - (first?.timestamp ?? 0) > LONGEST_BATCH_MS) {
    throw invalidParameter(
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
    );
  }
}

/** Leaves out events that are too old, older than the group keeps them, or in the future. */
function sort(
  events: readonly Event[],
  group: LogGroup,
  now: number,
): { accepted: Event[]; rejected: RejectedLogEventsInfo | undefined } {
  const before = (time: number) => {
    const index = events.findIndex(({ timestamp }) => timestamp >= time);
    return index < 0 ? events.length : index;
  };
  const expired = before(keptSince(group, now));
  const tooOld = before(now - OLDEST_MS);
  const tooNew = before(now + NEWEST_MS + 1);
  const accepted = events.slice(Math.max(expired, tooOld), tooNew);
  if (accepted.length === events.length) return { accepted, rejected: undefined };
  return {
    accepted,
    rejected: {
      expiredLogEventEndIndex: expired > 0 ? expired : undefined,
      tooOldLogEventEndIndex: tooOld > 0 ? tooOld : undefined,
      tooNewLogEventStartIndex: tooNew < events.length ? tooNew : undefined,
    },
  };
}
