import type { HistoryEvent, SFN } from '@aws-sdk/client-sfn';

/** The flow of an event, and its type. */
interface Place {
  readonly flow: string;
  readonly type: string;
}

const ENDED = /^(Map|Parallel)State(Succeeded|Exited)$/;
const WITHOUT_ITERATIONS = /^MapRun|^MapState/;

/** All events of an execution, oldest first. */
export async function wholeHistory(sfn: SFN, executionArn: string): Promise<HistoryEvent[]> {
  const all: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.getExecutionHistory({ executionArn, maxResults: 1000, nextToken });
    all.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return all;
}

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
  if (iteration) {
    // One that waited for its turn has the end of another one before it.
    const isNext = before.flow.slice(before.flow.lastIndexOf('/')).startsWith(`/${iteration.name}[`);
    return `${isNext ? around(before.flow) : before.flow}/${iteration.name}[${iteration.index}]`;
  }
  if (before.type === 'ParallelStateStarted' && entered) return `${before.flow}/${entered.name}`;
  // What ends a container has the last event of its last iteration or branch before it; a Map without
  // iterations of its own, such as a distributed one, has not left its flow.
  const leaves = type.startsWith('Parallel') || !WITHOUT_ITERATIONS.test(before.type);
  return ENDED.test(type) && leaves ? around(before.flow) : before.flow;
}

function around(flow: string): string {
  return flow.slice(0, flow.lastIndexOf('/'));
}
