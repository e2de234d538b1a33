import type { HistoryEventType } from '../history/event-types.ts';
import type { Json } from '../json.ts';
import { type Flow, visitPath } from './flow.ts';
import type { Run } from './run.ts';

export interface EmitOptions {
  /** The event's previous one, when it is not the flow's last. */
  readonly previousId?: number;
  /** Leaves the flow's chain of events alone: the next event does not name this one. */
  readonly aside?: boolean;
  /** Tells apart several events of one type in one attempt. */
  readonly discriminator?: string;
}

/** Writes an event about the state at which a flow stands, and returns its id. */
export function emitFor(
  run: Run,
  flow: Flow,
  type: HistoryEventType,
  details?: Json,
  options: EmitOptions = {},
): number {
  const id = run.emit({
    type,
    details,
    place: {
      path: visitPath(flow),
      attempt: flow.progress.attempt,
      previousId: options.previousId ?? flow.lastEventId,
      discriminator: options.discriminator,
    },
  });
  if (options.aside !== true) flow.lastEventId = id;
  run.journal.save(flow);
  return id;
}

/** Writes an event about an iteration; it belongs to the iteration's address but not to its chain. */
export function emitIteration(
  run: Run,
  child: Flow,
  type: Extract<HistoryEventType, `MapIteration${string}`>,
  previousId: number,
): number {
  const details = { name: child.parent?.visit.state ?? '', index: child.position };
  return run.emit({ type, details, place: { path: child.path, attempt: 0, previousId } });
}
