import type { Scope } from '../../../store/collection.ts';
import { Collection } from '../../../store/collection.ts';
import type { Database } from '../../../store/database.ts';
import type { Alarm } from './alarm.ts';

export const alarmsSchema = Collection.schema('cloudwatch_alarm');

/** Alarms by name; metric and composite ones share their names. */
export class AlarmsTable {
  readonly #alarms: Collection<Alarm>;

  constructor(database: Database) {
    this.#alarms = new Collection<Alarm>(database, 'cloudwatch_alarm');
  }

  find(scope: Scope, name: string): Alarm | undefined {
    return this.#alarms.get(scope, name);
  }

  put(scope: Scope, alarm: Alarm): void {
    this.#alarms.put(scope, alarm.name, alarm);
  }

  delete(scope: Scope, name: string): boolean {
    return this.#alarms.delete(scope, name);
  }

  list(scope: Scope): Alarm[] {
    return this.#alarms.list(scope).map(({ document }) => document);
  }

  /** The alarms of all accounts and regions. */
  everywhere(): { scope: Scope; alarm: Alarm }[] {
    return this.#alarms.everywhere().map(({ scope, document }) => ({ scope, alarm: document }));
  }
}
