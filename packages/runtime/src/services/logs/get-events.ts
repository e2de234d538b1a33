import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { EVENT_OVERHEAD, EventsTable, eventId, type LogEvent, type Place, placeOf } from './events-table.ts';
import { invalidParameter, noSuchStream } from './failures.ts';
import { GroupsTable, groupNameIn, keptSince } from './groups-table.ts';

const DEFAULT_LIMIT = 10_000;
const MOST_BYTES = 1_048_576;
const TOKEN = /^([fb])\/(\d{56})\/s$/;

/**
 * GetLogEvents: a stream read in either direction. A token is a place between two events, so the one
 * for going on forward stays good when events are added; at an end it is the token that was given.
 */
export function getEventOperations(host: Host) {
  const groups = new GroupsTable(host.database);
  const events = new EventsTable(host.database);

  return {
    GetLogEvents(input, context) {
      const group = groups.get(context, groupNameIn(context, input));
      const stream = events.stream(group.id, input.logStreamName);
      if (!stream) throw noSuchStream();
      const { startTime = 0, endTime = Number.MAX_SAFE_INTEGER, limit = DEFAULT_LIMIT, nextToken } = input;
      const from = Math.max(startTime, keptSince(group, context.now.getTime()));
      const token = nextToken === undefined ? undefined : readToken(nextToken);
      const forward = token ? token.forward : (input.startFromHead ?? false);
      const place = token?.place;
      // The end of the range is not part of it.
      const range = { from, until: endTime - 1, ...(place && { [forward ? 'after' : 'before']: place }) };
      const found = events.read({ stream: stream.id }, range, limit, forward ? 'oldest' : 'newest');
      const page = fitting(found);
      if (!forward) page.reverse();
      const { first, last } = ends(page, place, forward);
      return {
        events: page.map(({ time, message, ingested }) => ({
          timestamp: time,
          message,
          ingestionTime: ingested,
        })),
        nextForwardToken: `f/${eventId(last)}/s`,
        nextBackwardToken: `b/${eventId(first)}/s`,
      };
    },
  } satisfies Operations<CloudWatchLogs>;
}

/** The leading events that fit into an answer; one always does. */
export function fitting(events: readonly LogEvent[], most = MOST_BYTES): LogEvent[] {
  let bytes = 0;
  const cut = events.findIndex(({ message }, index) => {
    bytes += Buffer.byteLength(message) + EVENT_OVERHEAD;
    return bytes > most && index > 0;
  });
  return cut < 0 ? [...events] : events.slice(0, cut);
}

/** The places before the first and behind the last event of a page. */
function ends(
  page: readonly LogEvent[],
  place: Place | undefined,
  forward: boolean,
): { first: Place; last: Place } {
  const [first] = page;
  const last = page.at(-1);
  if (first && last) return { first, last };
  if (!place) return { first: { time: 0, id: 0 }, last: { time: 0, id: 0 } };
  // Nothing was there; turning round begins with the event that the token came from.
  return forward
    ? { first: { ...place, id: place.id + 1 }, last: place }
    : { first: place, last: { ...place, id: place.id - 1 } };
}

function readToken(token: string): { forward: boolean; place: Place } {
  const match = TOKEN.exec(token);
  if (!match) throw invalidParameter('The specified nextToken is invalid.');
  return { forward: match[1] === 'f', place: placeOf(match[2]!) };
}
