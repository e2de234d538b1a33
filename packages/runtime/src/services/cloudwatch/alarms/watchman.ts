import type { Host } from '../../../dispatch/host.ts';
import type { Alarm as Appointment } from '../../../store/clock.ts';
import type { Scope } from '../../../store/collection.ts';
import { MetricsTable } from '../metrics/metrics-table.ts';
import { alarmPeriod, type MetricAlarmRecord } from './alarm.ts';
import { AlarmsTable } from './alarms-table.ts';
import { evaluateAlarm } from './evaluation.ts';
import { Transitions } from './transitions.ts';

const MINUTE_MS = 60_000;
const TEN_SECONDS_MS = 10_000;

/**
 * Evaluates the metric alarms: every minute, those of shorter periods every ten seconds. While there are
 * none, nothing is timed. An evaluation needs no memory, so a restart just goes on with the next.
 */
export class Watchman {
  readonly #host: Host;
  readonly #alarms: AlarmsTable;
  readonly #metrics: MetricsTable;
  readonly #transitions: Transitions;
  #appointment: Appointment | undefined;
  #stopped = false;

  constructor(host: Host) {
    this.#host = host;
    this.#alarms = new AlarmsTable(host.database);
    this.#metrics = new MetricsTable(host.database);
    this.#transitions = new Transitions(host);
  }

  /** Sets the time of the next evaluation; to be called when alarms came or went. */
  arrange(): void {
    this.#appointment?.cancel();
    this.#appointment = undefined;
    if (this.#stopped) return;
    const periods = this.#watched().map(({ alarm }) => alarmPeriod(alarm.watch));
    if (periods.length === 0) return;
    const step = Math.min(...periods) < 60 ? TEN_SECONDS_MS : MINUTE_MS;
    const next = (Math.floor(this.#host.clock.now() / step) + 1) * step;
    this.#appointment = this.#host.clock.at(next, () => void this.#evaluateAll());
  }

  stop(): void {
    this.#stopped = true;
    this.#appointment?.cancel();
  }

  async #evaluateAll(): Promise<void> {
    // The next time is set first, so that an evaluation that takes long does not lose it.
    this.arrange();
    for (const { scope, alarm } of this.#watched()) {
      try {
        await this.#evaluate(scope, alarm);
      } catch (error) {
        if (this.#stopped) return;
        const message = `Alarm ${alarm.name} could not be evaluated`;
        this.#host.progress.emit({ type: 'fault', service: 'cloudwatch', message, error });
      }
    }
  }

  async #evaluate(scope: Scope, alarm: MetricAlarmRecord): Promise<void> {
    const { value, reason, data } = evaluateAlarm(alarm.watch, this.#metrics, scope, this.#host.clock.now());
    if (value === undefined || value === alarm.state.value) return;
    await this.#host.database.transaction(() => {
      const present = this.#alarms.find(scope, alarm.name);
      // Put anew or deleted meanwhile: the next evaluation decides.
      if (present?.configured.getTime() !== alarm.configured.getTime()) return;
      this.#transitions.set(scope, present, value, reason, JSON.stringify(data));
    });
  }

  #watched(): { scope: Scope; alarm: MetricAlarmRecord }[] {
    return this.#alarms
      .everywhere()
      .flatMap(({ scope, alarm }) => (alarm.kind === 'metric' ? [{ scope, alarm }] : []));
  }
}
