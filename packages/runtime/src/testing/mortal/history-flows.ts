import type { HistoryEvent } from '@aws-sdk/client-sfn';

/** The flow of an event, and its type. */
interface Place {
  readonly flow: string;
  readonly type: string;
}

const ENDED = /^(Map|Parallel)State(Succeeded|Exited)$/;

/**
 * Splits an execution's history by what ran side by side: the execution itself (the empty name), each
 * branch of a Parallel (`…/<its first state>`) and each iteration of an inline Map
 * (`…/<the Map>[<index>]`). How these took turns is up to time; within one, order is not.
 */
export function flowsOf(events: readonly HistoryEvent[]): Map<string, HistoryEvent[]> {
  const flows = new Map<string, HistoryEvent[]>();
  const places = new Map<number, Place>([[0, { flow: '', type: '' }]]);
  for (const event of events) {
    const before = places.get(event.previousEventId ?? 0) ?? { flow: 'unknown', type: '' };
    const flow = flowAfter(event, before);
    places.set(event.id ?? 0, { flow, type: event.type ?? '' });
    flows.set(flow, [...(flows.get(flow) ?? []), event]);
  }
  return flows;
}

function flowAfter(event: HistoryEvent, before: Place): string {
  const { type = '', mapIterationStartedEventDetails: iteration, stateEnteredEventDetails: entered } = event;
  const iterationEnded = before.type.startsWith('MapIteration');
  // An iteration that waited for its turn has the end of another one before it.
  if (iteration)
    return `${iterationEnded ? around(before.flow) : before.flow}/${iteration.name}[${iteration.index}]`;
  if (before.type === 'ParallelStateStarted' && entered) return `${before.flow}/${entered.name}`;
  // Both of these have the last event of the last iteration or branch before them; a Map that ran no
  // iterations of its own, such as a distributed one, has not left its flow.
  const leaves = type.startsWith('Parallel') || iterationEnded;
  return ENDED.test(type) && leaves ? around(before.flow) : before.flow;
}

function around(flow: string): string {
  return flow.slice(0, flow.lastIndexOf('/'));
}
