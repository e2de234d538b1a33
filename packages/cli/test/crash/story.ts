import type { HistoryEvent } from '@aws-sdk/client-sfn';

/** What one flow of an execution did: the execution itself, or one iteration of a Map. */
type Flow = string[];

/** A step of a flow: all that a state did between being entered and being left. */
interface Visit {
  readonly state: string;
  readonly events: string[];
}

/**
 * An execution's history without what time decides: timestamps, identifiers, how the iterations of a
 * Map took turns, and how many rounds a waiting loop made.
 *
 * @param plain - takes what differs between runs out of a text
 */
export function storyOf(events: readonly HistoryEvent[], plain: (text: string) => string): object {
  const flows = new Map<string, HistoryEvent[]>();
  const flowOf = new Map<number, string>([[0, '']]);
  for (const event of events) {
    const before = flowOf.get(event.previousEventId ?? 0) ?? 'unknown';
    const flow = flowAfter(event, before);
    flowOf.set(event.id ?? 0, flow);
    flows.set(flow, [...(flows.get(flow) ?? []), event]);
  }
  return Object.fromEntries([...flows].map(([flow, own]) => [flow, withoutRounds(visitsOf(own, plain))]));
}

function flowAfter(event: HistoryEvent, before: string): string {
  const { type, mapIterationStartedEventDetails: iteration } = event;
  if (type === 'MapIterationStarted') return `${before}/${iteration?.name}[${iteration?.index}]`;
  // Both of these have the end of the last iteration before them.
  if (type === 'MapStateSucceeded' || type === 'MapStateExited')
    return before.slice(0, before.lastIndexOf('/'));
  return before;
}

function visitsOf(events: readonly HistoryEvent[], plain: (text: string) => string): Visit[] {
  const visits: Visit[] = [];
  for (const event of events) {
    const { timestamp: _, id: __, previousEventId: ___, type = '', ...details } = event;
    const state = details.stateEnteredEventDetails?.name;
    if (state !== undefined || visits.length === 0) visits.push({ state: state ?? '', events: [] });
    visits.at(-1)?.events.push(`${type} ${plain(JSON.stringify(details))}`);
  }
  return visits;
}

/**
 * A round of a waiting loop is Describe, Check, Wait; the last one has no Wait. The last one is kept, as
 * if it were the first: entered with what came before the loop.
 */
function withoutRounds(visits: readonly Visit[]): Flow {
  const kept: Visit[] = [];
  let entered: string | undefined;
  for (const visit of visits) {
    if (visit.state.startsWith('Wait-For-')) {
      const [describe] = kept.splice(-2);
      entered = describe?.events[0];
    } else {
      const [first = '', ...rest] = visit.events;
      kept.push({ state: visit.state, events: [entered ?? first, ...rest] });
      entered = undefined;
    }
  }
  return kept.flatMap(({ events }) => events);
}
