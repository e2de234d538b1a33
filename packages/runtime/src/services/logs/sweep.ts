import type { Host } from '../../dispatch/host.ts';
import type { OrderRun } from '../../store/orders.ts';
import { EventsTable } from './events-table.ts';
import { GroupsTable, keptSince } from './groups-table.ts';

/** Events to remove: of a group or stream that is gone, or whatever is older than its group keeps it. */
export type SweepOrder = { group: number } | { stream: number } | { expired: true };

// Few enough that other work waits milliseconds only.
const ROWS_AT_ONCE = 10_000;
const DAY_MS = 24 * 3600 * 1000;

/**
 * Removes events that nobody can read any more, some at a time. What is too old is hidden from reading
 * at once and removed once a day.
 */
export function sweeper(host: Host) {
  const { database, clock, orders } = host;
  const events = new EventsTable(database);
  const groups = new GroupsTable(database);

  const all = async (run: OrderRun, removeSome: (limit: number) => number) => {
    for (;;) {
      run.signal.throwIfAborted();
      const removed = await database.transaction(() => removeSome(ROWS_AT_ONCE));
      if (removed < ROWS_AT_ONCE) return;
    }
  };

  return async (order: SweepOrder, run: OrderRun): Promise<void> => {
    if ('group' in order) {
      await all(run, (limit) => events.deleteOfGroup(order.group, limit));
    } else if ('stream' in order) {
      await all(run, (limit) => events.deleteOfStream(order.stream, limit));
    } else {
      const limited = groups.withRetention();
      for (const group of limited) {
        const time = keptSince(group, clock.now());
        await all(run, (limit) => events.deleteBefore(group.id, time, limit));
      }
      if (limited.length === 0) return;
      // One order a day, however often the retention of groups is changed.
      const tomorrow = Math.floor(clock.now() / DAY_MS) + 1;
      await database.transaction(() => {
        const place = { id: `logs.expiry/${tomorrow}`, due: tomorrow * DAY_MS };
        orders.place<SweepOrder>('logs.sweep', { expired: true }, place);
      });
    }
  };
}
