import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { StackApi } from './deploy-options.ts';

/** What happens to a stack, each event told once. */
export class StackEvents {
  readonly #api: Pick<StackApi, 'describeStackEvents'>;
  readonly #listener: (event: StackEvent) => void;
  /** The oldest first. */
  readonly told: StackEvent[] = [];
  #newest: string | undefined;

  constructor(api: Pick<StackApi, 'describeStackEvents'>, listener: (event: StackEvent) => void) {
    this.#api = api;
    this.#listener = listener;
  }

  /** Leaves untold what there is so far. */
  async skip(stackId: string | undefined): Promise<void> {
    if (stackId === undefined) return;
    const { StackEvents = [] } = await this.#api.describeStackEvents({ StackName: stackId });
    this.#newest = StackEvents[0]?.EventId;
  }

  /** Tells what has been added. */
  async tell(stackId: string): Promise<void> {
    const events = await this.#after(stackId, this.#newest);
    this.#newest = events.at(-1)?.EventId ?? this.#newest;
    this.told.push(...events);
    for (const event of events) this.#listener(event);
  }

  /** The events after one, the oldest first. They are answered newest first. */
  async #after(StackName: string, last: string | undefined): Promise<StackEvent[]> {
    const events: StackEvent[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.#api.describeStackEvents({ StackName, NextToken });
      for (const event of page.StackEvents ?? []) {
        if (event.EventId === last) return events.reverse();
        events.push(event);
      }
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return events.reverse();
  }
}
