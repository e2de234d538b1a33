import { setImmediate } from 'node:timers/promises';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { pageToken } from '../../store/page-token.ts';
import { EVENT_OVERHEAD, EventsTable, eventId, type LogEvent, type Place, placeOf } from './events-table.ts';
import { invalidParameter, noSuchStream, unsupportedValue } from './failures.ts';
import { positionIn } from './groups.ts';
import { GroupsTable, groupNameIn, keptSince, type LogGroup } from './groups-table.ts';
import { parsePattern } from './pattern/pattern.ts';

const DEFAULT_LIMIT = 10_000;
const MOST_BYTES = 1_048_576;
const ROWS_AT_ONCE = 2000;
// A call that finds little goes on with the next page instead of reading for long, as on AWS.
const MOST_ROWS_READ = 200_000;

/** FilterLogEvents: the events of a group or of some of its streams that match a pattern, by time. */
export function filterEventOperations(host: Host) {
  const groups = new GroupsTable(host.database);
  const events = new EventsTable(host.database);

  /** The streams that are asked for; undefined for all of the group. */
  const streamsOf = (group: LogGroup, names: readonly string[] | undefined, prefix: string | undefined) => {
    if (names !== undefined && prefix !== undefined) {
      throw invalidParameter('logStreamNamePrefix and logStreamNames are mutually exclusive parameters.');
    }
    if (prefix !== undefined) return events.streams(group.id, prefix).map(({ id }) => id);
    return names?.map((name) => {
      const stream = events.stream(group.id, name);
      if (!stream) throw noSuchStream();
      return stream.id;
    });
  };

  return {
    async FilterLogEvents(input, context) {
      const group = groups.get(context, groupNameIn(context, input));
      const {
        startTime = 0,
        endTime = Number.MAX_SAFE_INTEGER,
        filterPattern = '',
        limit = DEFAULT_LIMIT,
      } = input;
      if (input.startFromHead === false) throw unsupportedValue('startFromHead=false');
      if (startTime > endTime) throw invalidParameter('End time should not be less than start time.');
      const pattern = parsePattern(filterPattern);
      const streams = streamsOf(group, input.logStreamNames, input.logStreamNamePrefix);
      const wanted = streams && new Set(streams);
      const source = streams?.length === 1 ? { stream: streams[0]! } : { group: group.id };
      const question = ['filter', group.id, streams, startTime, endTime, filterPattern];
      const position = positionIn(input.nextToken, question);
      const from = Math.max(startTime, keptSince(group, context.now.getTime()));

      const found: LogEvent[] = [];
      let after: Place | undefined = position === undefined ? undefined : placeOf(position);
      let bytes = 0;
      let rows = 0;
      let more = wanted?.size !== 0;
      reading: while (more) {
        const chunk = events.read(source, { from, until: endTime, after }, ROWS_AT_ONCE);
        more = chunk.length === ROWS_AT_ONCE;
        for (const event of chunk) {
          if ((wanted?.has(event.stream) ?? true) && pattern.matches(event.message)) {
            const size = Buffer.byteLength(event.message) + EVENT_OVERHEAD;
            if (found.length === limit || (bytes + size > MOST_BYTES && found.length > 0)) {
              more = true;
              break reading;
            }
            found.push(event);
            bytes += size;
          }
          after = event;
        }
        rows += chunk.length;
        if (rows >= MOST_ROWS_READ) break;
        // Others get their turn between chunks.
        await setImmediate();
        context.signal.throwIfAborted();
      }

      const names = new Map<number, string>();
      const nameOf = (stream: number) => {
        const name = names.get(stream) ?? events.streamById(stream)?.name;
        if (name !== undefined) names.set(stream, name);
        return name;
      };
      return {
        // A stream that was just deleted is gone with its events.
        events: found.flatMap((event) => {
          const logStreamName = nameOf(event.stream);
          if (logStreamName === undefined) return [];
          return {
            logStreamName,
            timestamp: event.time,
            message: event.message,
            ingestionTime: event.ingested,
            eventId: eventId(event),
          };
        }),
        searchedLogStreams: [],
        nextToken: more && after ? pageToken(eventId(after), question) : undefined,
      };
    },
  } satisfies Operations<CloudWatchLogs>;
}
