import type { StateValue } from '@aws-sdk/client-cloudwatch';
import type { Host } from '../../../dispatch/host.ts';
import type { Scope } from '../../../store/collection.ts';
import type { ActionOrder } from './actions.ts';
import type { Alarm, AlarmState } from './alarm.ts';
import { AlarmHistory } from './alarm-history.ts';
import { AlarmsTable } from './alarms-table.ts';
import { parseCompositeRule } from './composite-rule.ts';

/** Changes of alarms' states, with everything that follows from them. */
export class Transitions {
  readonly #host: Host;
  readonly #alarms: AlarmsTable;
  readonly #history: AlarmHistory;

  constructor(host: Host) {
    this.#host = host;
    this.#alarms = new AlarmsTable(host.database);
    this.#history = new AlarmHistory(host.database);
  }

  /**
   * Inside a transaction: gives an alarm a state. Where it is another than before, that is written down,
   * actions and the event are ordered, and composite alarms over it decide anew.
   */
  set(scope: Scope, alarm: Alarm, value: StateValue, reason: string, data: string | undefined): void {
    const now = new Date(this.#host.clock.now());
    const changed = alarm.state.value !== value;
    const state: AlarmState = {
      value,
      reason,
      data,
      updated: now,
      transitioned: changed ? now : alarm.state.transitioned,
    };
    this.#alarms.put(scope, { ...alarm, state });
    if (!changed) return;
    this.#history.add(scope, {
      alarm: alarm.name,
      alarmType: alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm',
      time: now.getTime(),
      type: 'StateUpdate',
      summary: `Alarm updated from ${alarm.state.value} to ${value}`,
      data: { version: '1.0', oldState: historyState(alarm.state), newState: historyState(state) },
    });
    const { account, region } = scope;
    const order = { account, region, alarm: alarm.name, before: alarm.state, after: state };
    this.#host.orders.place<ActionOrder>('cloudwatch.action', { ...order, action: undefined });
    if (alarm.actionsEnabled) {
      for (const action of alarm.actions[value]) {
        this.#host.orders.place<ActionOrder>('cloudwatch.action', { ...order, action });
      }
    }
    this.#decideComposites(scope, alarm.name);
    const { signals } = this.#host;
    this.#host.database.afterCommit(() => signals.changed(alarm.arn));
  }

  /** Inside a transaction: a composite alarm decides by the states of its alarms. */
  decide(scope: Scope, alarm: Alarm): void {
    if (alarm.kind !== 'composite') return;
    const rule = parseCompositeRule(alarm.rule)!;
    const value = rule.holds((name) => this.#alarms.find(scope, name)?.state.value) ? 'ALARM' : 'OK';
    if (value === alarm.state.value) return;
    const states = rule.alarms.map(
      (name) => `${name} is ${this.#alarms.find(scope, name)?.state.value ?? 'unknown'}`,
    );
    const reason = `The rule ${alarm.rule} ${value === 'ALARM' ? 'holds' : 'does not hold'}: ${states.join(', ')}.`;
    this.set(scope, alarm, value, reason, undefined);
  }

  #decideComposites(scope: Scope, changed: string): void {
    for (const alarm of this.#alarms.list(scope)) {
      if (alarm.kind !== 'composite' || !parseCompositeRule(alarm.rule)!.alarms.includes(changed)) continue;
      // One decision may have changed the next; read it anew.
      this.decide(scope, this.#alarms.find(scope, alarm.name)!);
    }
  }
}

function historyState({ value, reason, data }: AlarmState) {
  return {
    stateValue: value,
    stateReason: reason,
    ...(data !== undefined && { stateReasonData: JSON.parse(data) as unknown }),
  };
}
