import type { Target } from '@aws-sdk/client-eventbridge';
import type { Host } from '../../dispatch/host.ts';
import type { BusPlace } from './buses-table.ts';
import type { BusEvent } from './event.ts';
import { parsePattern } from './pattern/pattern.ts';
import { isEnabled, type Rule, RulesTable } from './rules-table.ts';

/** An event on its way to one target. */
export interface DeliveryOrder {
  readonly bus: BusPlace;
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly target: Target;
  readonly event: BusEvent;
  /** When the event came in, in milliseconds since the epoch. */
  readonly ingested: number;
  /** Number of failed tries so far. */
  readonly tries: number;
  /** The effect token of the call to the target: the first order's id, kept over the tries. */
  readonly token?: string;
}

/** Takes events in and orders their delivery. */
export class Publisher {
  readonly #host: Host;
  readonly #rules: RulesTable;

  constructor(host: Host) {
    this.#host = host;
    this.#rules = new RulesTable(host.database);
  }

  /** Inside a transaction: orders the delivery of an event to the targets of all rules that it matches. */
  publish(bus: BusPlace, event: BusEvent): void {
    for (const { document: rule } of this.#rules.of(bus)) {
      if (rule.pattern === undefined || !isEnabled(rule) || !parsePattern(rule.pattern).matches(event))
        continue;
      this.deliver(bus, rule, event);
    }
  }

  /** Inside a transaction: orders the delivery of an event to a rule's targets. */
  deliver(bus: BusPlace, rule: Rule, event: BusEvent): void {
    for (const target of rule.targets) {
      this.#host.orders.place<DeliveryOrder>('events.deliver', {
        bus,
        ruleArn: rule.arn,
        ruleName: rule.name,
        target,
        event,
        ingested: this.#host.clock.now(),
        tries: 0,
      });
    }
  }
}
