import type { CloudWatchLogs, LogStream as Described } from '@aws-sdk/client-cloudwatch-logs';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { pageToken } from '../../store/page-token.ts';
import { EventsTable, eventId, type LogStream } from './events-table.ts';
import { invalidParameter, noSuchStream } from './failures.ts';
import { positionIn } from './groups.ts';
import { GroupsTable, groupArn, groupNameIn, type LogGroup } from './groups-table.ts';
import type { SweepOrder } from './sweep.ts';

const DEFAULT_LIMIT = 50;

export function streamOperations(host: Host) {
  const groups = new GroupsTable(host.database);
  const events = new EventsTable(host.database);

  return {
    CreateLogStream: ({ logGroupName, logStreamName }, context) =>
      context.transaction(() => {
        const { id } = groups.get(context, logGroupName);
        if (!events.insertStream(id, logStreamName, context.now.getTime())) {
          throw new ServiceError('ResourceAlreadyExistsException', 'The specified log stream already exists');
        }
        return {};
      }),

    DeleteLogStream: ({ logGroupName, logStreamName }, context) =>
      context.transaction(() => {
        const stream = events.stream(groups.get(context, logGroupName).id, logStreamName);
        if (!stream) throw noSuchStream();
        events.deleteStream(stream);
        host.orders.place<SweepOrder>('logs.sweep', { stream: stream.id });
        return {};
      }),

    DescribeLogStreams(input, context) {
      const { logStreamNamePrefix, descending = false } = input;
      const { orderBy = 'LogStreamName', limit = DEFAULT_LIMIT, nextToken } = input;
      if (orderBy === 'LastEventTime' && logStreamNamePrefix) {
        throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
      }
      const group = groups.get(context, groupNameIn(context, input));
      const keyOf = ({ name, lastEvent, created }: LogStream): [number, string] =>
        orderBy === 'LastEventTime' ? [lastEvent ?? created, name] : [0, name];
      const sign = descending ? -1 : 1;
      const ordered = events
        .streams(group.id, logStreamNamePrefix)
        .sort((a, b) => sign * compare(keyOf(a), keyOf(b)));
      const question = ['streams', group.id, logStreamNamePrefix, orderBy, descending];
      const position = positionIn(nextToken, question);
      const after = position === undefined ? undefined : (JSON.parse(position) as [number, string]);
      const rest = after ? ordered.filter((stream) => sign * compare(keyOf(stream), after) > 0) : ordered;
      const page = rest.slice(0, limit);
      return {
        logStreams: page.map((stream) => describe(group, stream)),
        nextToken: rest.length > limit ? pageToken(JSON.stringify(keyOf(page.at(-1)!)), question) : undefined,
      };
    },
  } satisfies Operations<CloudWatchLogs>;
}

function compare([timeA, nameA]: [number, string], [timeB, nameB]: [number, string]): number {
  return timeA - timeB || (nameA < nameB ? -1 : nameA > nameB ? 1 : 0);
}

function describe(group: LogGroup, stream: LogStream): Described {
  return {
    logStreamName: stream.name,
    creationTime: stream.created,
    firstEventTimestamp: stream.firstEvent ?? undefined,
    lastEventTimestamp: stream.lastEvent ?? undefined,
    lastIngestionTime: stream.lastIngestion ?? undefined,
    uploadSequenceToken: sequenceToken(stream),
    arn: `${groupArn(group)}:log-stream:${stream.name}`,
    // The service stopped counting the bytes of streams in 2019 and answers 0.
    storedBytes: 0,
  };
}

/** The service ignores sequence tokens, and still gives them. */
export function sequenceToken({ id, lastIngestion, created }: LogStream): string {
  return eventId({ time: lastIngestion ?? created, id });
}
