import type { Json } from '../json.ts';
import type { EventRecord } from '../store/store.ts';
import { detailsMember } from './event-types.ts';

/** An event in the shape of AWS's GetExecutionHistory, with the timestamp in milliseconds since the epoch. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  readonly [details: `${string}EventDetails`]: Json;
}

export function toHistoryEvent(record: EventRecord): HistoryEvent {
  const { id, previousId, timestamp, type, details } = record;
  const event = { id, previousEventId: previousId, timestamp, type };
  return details === undefined ? event : { ...event, [detailsMember(type)]: details };
}
