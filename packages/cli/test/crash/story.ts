import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { flowsOf } from '../../../runtime/src/testing/mortal/history-flows.ts';

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
  return Object.fromEntries(
    [...flowsOf(events)].map(([flow, own]) => [flow, withoutRounds(visitsOf(own, plain))]),
  );
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
