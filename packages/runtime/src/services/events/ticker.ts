import type { Host } from '../../dispatch/host.ts';
import type { Scope } from '../../store/collection.ts';
import type { OrderRun } from '../../store/orders.ts';
import { DEFAULT_BUS } from './buses-table.ts';
import { eventTime } from './event.ts';
import type { Publisher } from './publisher.ts';
import { isEnabled, type Rule, RulesTable } from './rules-table.ts';
import { parseSchedule } from './schedule/schedule.ts';

/** A scheduled rule's next time. */
export interface TickOrder extends Scope {
  readonly rule: string;
  readonly due: number;
}

// A runtime that was down for longer fires nothing for the times it missed, as a machine that was off.
const LATEST_MS = 5 * 60_000;

/** Fires scheduled rules: one durable order for each, due at the rule's next time. */
export class Ticker {
  readonly #host: Host;
  readonly #rules: RulesTable;
  readonly #publisher: Publisher;

  constructor(host: Host, publisher: Publisher) {
    this.#host = host;
    this.#rules = new RulesTable(host.database);
    this.#publisher = publisher;
  }

  /** Inside a transaction: orders the next time of a rule that is enabled, takes it back from one that is not. */
  reset(scope: Scope, rule: Rule): Rule {
    const wanted = rule.schedule !== undefined && isEnabled(rule);
    if (wanted === (rule.tick !== undefined)) return rule;
    if (!wanted) {
      this.cancel(rule);
      return { ...rule, tick: undefined };
    }
    const anchor = this.#host.clock.now();
    return { ...rule, tick: this.#place(scope, rule, anchor, anchor) };
  }

  /** Inside a transaction. */
  cancel({ tick }: Rule): void {
    if (tick) this.#host.orders.cancel(tick.order);
  }

  /** Carries out a {@link TickOrder}. */
  async fire({ account, region, rule: name, due }: TickOrder, run: OrderRun): Promise<void> {
    const { database, clock, ids, progress } = this.#host;
    const place = { account, region, name: DEFAULT_BUS };
    await database.transaction(() => {
      run.complete();
      const rule = this.#rules.find(place, name);
      if (rule?.tick?.order !== run.id) return;
      const now = clock.now();
      if (now - due <= LATEST_MS) {
        this.#publisher.deliver(place, rule, {
          version: '0',
          id: ids.uuid(),
          'detail-type': 'Scheduled Event',
          source: 'aws.events',
          account,
          time: eventTime(due),
          region,
          resources: [rule.arn],
          detail: {},
        });
      } else {
        const missed = eventTime(due);
        const message = `Rule ${name} did not fire at ${missed} and since, because the runtime was not running.`;
        progress.emit({ type: 'warning', service: 'events', message });
      }
      const tick = this.#place(place, rule, Math.max(due, now - LATEST_MS), rule.tick.anchor);
      this.#rules.put(place, { ...rule, tick });
    });
  }

  #place(scope: Scope, rule: Rule, after: number, anchor: number): Rule['tick'] {
    const due = parseSchedule(rule.schedule!).next(after, anchor);
    // An expression whose last time is over; the rule stays and is silent.
    if (due === undefined) return { order: '', anchor };
    const { account, region } = scope;
    const body = { account, region, rule: rule.name, due };
    return { order: this.#host.orders.place<TickOrder>('events.tick', body, { due }), anchor };
  }
}
