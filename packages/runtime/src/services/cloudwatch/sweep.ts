import type { Host } from '../../dispatch/host.ts';
import type { OrderRun } from '../../store/orders.ts';
import { AlarmHistory } from './alarms/alarm-history.ts';
import { MetricsTable } from './metrics/metrics-table.ts';

const DAY_MS = 24 * 3600 * 1000;
// CloudWatch keeps metrics for fifteen months, the history of alarms for thirty days.
const METRICS_MS = 455 * DAY_MS;
const HISTORY_MS = 30 * DAY_MS;
const ROWS_AT_ONCE = 10_000;

/** Inside a transaction that adds data: orders the removal of what is too old, once a day. */
export function orderSweep({ orders, clock }: Host): void {
  const tomorrow = Math.floor(clock.now() / DAY_MS) + 1;
  orders.place('cloudwatch.sweep', {}, { id: `cloudwatch.sweep/${tomorrow}`, due: tomorrow * DAY_MS });
}

/** Carries the order out, some rows at a time. */
export function sweeper(host: Host) {
  const metrics = new MetricsTable(host.database);
  const history = new AlarmHistory(host.database);
  return async (_body: object, run: OrderRun): Promise<void> => {
    const now = host.clock.now();
    for (;;) {
      run.signal.throwIfAborted();
      const removed = await host.database.transaction(() =>
        metrics.deleteBefore(now - METRICS_MS, ROWS_AT_ONCE),
      );
      if (removed < ROWS_AT_ONCE) break;
    }
    await host.database.transaction(() => history.deleteBefore(now - HISTORY_MS));
  };
}
