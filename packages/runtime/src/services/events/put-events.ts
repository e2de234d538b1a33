import type { EventBridge, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { BusesTable, busPlace } from './buses-table.ts';
import { type BusEvent, eventTime } from './event.ts';
import type { Publisher } from './publisher.ts';

const MOST_BYTES = 262_144;
const TIME_BYTES = 14;

interface Refusal {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** PutEvents: each entry is taken in or refused by itself. */
export function putEventsOperations(host: Host, publisher: Publisher) {
  const buses = new BusesTable(host.database);

  return {
    PutEvents({ Entries, EndpointId }, context) {
      if (EndpointId !== undefined) {
        throw invalid('Global endpoints (EndpointId) are not supported by this version of Slipway');
      }
      if (Entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MOST_BYTES) {
        throw invalid('Total size of the entries in the request is over the limit.');
      }
      return context.transaction(() => {
        const results = Entries.map((entry) => {
          const detail = parseDetail(entry.Detail);
          const refusal = refusalOf(entry, detail, context);
          if (refusal) return refusal;
          const event: BusEvent = {
            version: '0',
            id: host.ids.uuid(),
            'detail-type': entry.DetailType!,
            source: entry.Source!,
            account: context.account,
            time: eventTime((entry.Time ?? context.now).getTime()),
            region: context.region,
            resources: entry.Resources ?? [],
            detail,
          };
          const place = busPlace(entry.EventBusName, context);
          if (buses.find(place)) publisher.publish(place, event);
          // The service takes such an event in as well, and nobody ever sees it.
          else context.warn(`The event went nowhere: event bus ${place.name} does not exist.`);
          return { EventId: event.id };
        });
        return {
          FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length,
          Entries: results,
        };
      });
    },
  } satisfies Operations<EventBridge>;
}

function refusalOf(
  entry: PutEventsRequestEntry,
  detail: unknown,
  { caller }: CallContext,
): Refusal | undefined {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (!entry[name]) {
      const ErrorMessage = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
      return { ErrorCode: 'InvalidArgument', ErrorMessage };
    }
  }
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) {
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  }
  if (entry.Source!.startsWith('aws.') && caller.kind !== 'service') {
    return {
      ErrorCode: 'NotAuthorizedForSourceException',
      ErrorMessage: 'Not authorized for the source.',
    };
  }
  return undefined;
}

function parseDetail(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
function sizeOf({ Time, Source, DetailType, Detail, Resources = [] }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), Time ? TIME_BYTES : 0);
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
