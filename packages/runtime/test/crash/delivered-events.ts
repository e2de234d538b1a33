import { setTimeout } from 'node:timers/promises';
import type { Clients } from '../sdk-clients.ts';

const LOOK_MS = 50;
const PATIENCE_MS = 10_000;

/** What EventBridge delivered, once at least so many events are there, or will not come. */
export async function deliveredEvents(clients: Clients, group: string, atLeast: number): Promise<string[]> {
  const giveUp = Date.now() + PATIENCE_MS;
  for (;;) {
    const { events = [] } = await clients.logs.filterLogEvents({ logGroupName: group });
    if (events.length >= atLeast || Date.now() > giveUp)
      return events.map(({ message = '' }) => inShort(message));
    await setTimeout(LOOK_MS);
  }
}

function inShort(message: string): string {
  const { source, detail } = JSON.parse(message) as { source: string; detail: Record<string, unknown> };
  const { status, state, executionArn, jobName } = detail;
  return [source, status ?? state, executionArn ?? jobName].join(' ');
}
