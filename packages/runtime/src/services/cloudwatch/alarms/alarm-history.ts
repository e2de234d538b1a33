import type { AlarmHistoryItem, AlarmType, HistoryItemType } from '@aws-sdk/client-cloudwatch';
import type { Scope } from '../../../store/collection.ts';
import type { Database } from '../../../store/database.ts';

export const historySchema = `CREATE TABLE cloudwatch_alarm_history (id INTEGER PRIMARY KEY AUTOINCREMENT,
  account TEXT NOT NULL, region TEXT NOT NULL, alarm TEXT NOT NULL, alarm_type TEXT NOT NULL, time INTEGER NOT NULL,
  item_type TEXT NOT NULL, summary TEXT NOT NULL, data TEXT NOT NULL) STRICT;
  CREATE INDEX cloudwatch_alarm_history_time ON cloudwatch_alarm_history (account, region, time);`;

interface Row {
  id: number;
  alarm: string;
  alarm_type: AlarmType;
  time: number;
  item_type: HistoryItemType;
  summary: string;
  data: string;
}

/** What happened to alarms. */
export class AlarmHistory {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Inside a transaction. */
  add(
    { account, region }: Scope,
    item: {
      alarm: string;
      alarmType: AlarmType;
      time: number;
      type: HistoryItemType;
      summary: string;
      data: object;
    },
  ): void {
    this.#database.run(
      `INSERT INTO cloudwatch_alarm_history (account, region, alarm, alarm_type, time, item_type, summary, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      account,
      region,
      item.alarm,
      item.alarmType,
      item.time,
      item.type,
      item.summary,
      JSON.stringify(item.data),
    );
  }

  /** Items of a time, oldest first; each with its number. */
  list({ account, region }: Scope, from: number, until: number): (AlarmHistoryItem & { id: number })[] {
    return this.#database
      .all<Row>(
        `SELECT * FROM cloudwatch_alarm_history WHERE account = ? AND region = ? AND time BETWEEN ? AND ? ORDER BY time, id`,
        account,
        region,
        from,
        until,
      )
      .map((row) => ({
        id: row.id,
        AlarmName: row.alarm,
        AlarmType: row.alarm_type,
        Timestamp: new Date(row.time),
        HistoryItemType: row.item_type,
        HistorySummary: row.summary,
        HistoryData: row.data,
      }));
  }

  deleteBefore(time: number): void {
    this.#database.run('DELETE FROM cloudwatch_alarm_history WHERE time < ?', time);
  }
}
