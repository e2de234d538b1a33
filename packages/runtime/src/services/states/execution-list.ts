import type { ExecutionListItem, ListExecutionsCommandInput } from '@aws-sdk/client-sfn';
import type { Database, SqlValue } from '../../store/database.ts';
import { pageToken } from '../../store/page-token.ts';
import { pageSize, positionOf } from './paging.ts';

interface Row {
  id: number;
  arn: string;
  name: string;
  status: string;
  state_machine_arn: string;
  start_date: number;
  stop_date: number | null;
  map_run_arn: string | null;
  redrive_count: number;
  redrive_date: number | null;
}

/**
 * A page of executions, newest first. It reads the engine's own table (`states_execution` in
 * packages/states/src/store/migrations.ts), whose ids grow with time.
 */
export function listExecutions(
  database: Database,
  input: ListExecutionsCommandInput,
): { executions: ExecutionListItem[]; nextToken: string | undefined } {
  const { stateMachineArn, mapRunArn, statusFilter, redriveFilter } = input;
  const question = { stateMachineArn, mapRunArn, statusFilter, redriveFilter };
  const conditions = ["status <> 'PENDING'"];
  const values: SqlValue[] = [];
  const require = (condition: string, value: SqlValue) => {
    conditions.push(condition);
    values.push(value);
  };
  if (mapRunArn !== undefined) require('map_run_arn = ?', mapRunArn);
  else require('state_machine_arn = ?', baseArn(stateMachineArn ?? ''));
  if (statusFilter !== undefined) require('status = ?', statusFilter);
  if (redriveFilter === 'REDRIVEN') conditions.push('redrive_count > 0');
  if (redriveFilter === 'NOT_REDRIVEN') conditions.push('redrive_count = 0');
  const position = positionOf(input, question);
  if (position !== undefined) require('id < ?', Number(position));
  const size = pageSize(input);
  const rows = database.all<Row>(
    `SELECT id, arn, name, status, state_machine_arn, start_date, stop_date, map_run_arn, redrive_count, redrive_date
     FROM states_execution WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ?`,
    ...values,
    size + 1,
  );
  const shown = rows.slice(0, size);
  return {
    executions: shown.map(toItem),
    nextToken: rows.length > size ? pageToken(String(shown.at(-1)!.id), question) : undefined,
  };
}

function toItem(row: Row): ExecutionListItem {
  return {
    executionArn: row.arn,
    stateMachineArn: row.state_machine_arn,
    name: row.name,
    status: row.status as ExecutionListItem['status'],
    startDate: new Date(row.start_date),
    stopDate: row.stop_date === null ? undefined : new Date(row.stop_date),
    mapRunArn: row.map_run_arn ?? undefined,
    redriveCount: row.redrive_count,
    redriveDate: row.redrive_date === null ? undefined : new Date(row.redrive_date),
  };
}

/** A version's or alias's executions are listed with their machine's. */
function baseArn(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}
