import type { LogGroupClass } from '@aws-sdk/client-cloudwatch-logs';
import { decode, encode } from '../../store/codec.ts';
import type { Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';
import { invalidParameter, noSuchGroup } from './failures.ts';

/** A log group. Its number is what streams and events refer to, so a group made anew begins empty. */
export interface LogGroup {
  readonly id: number;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** Milliseconds since the epoch, as all times of this service. */
  readonly created: number;
  readonly retentionDays: number | undefined;
  readonly settings: GroupSettings;
  readonly tags: Readonly<Record<string, string>>;
}

export interface GroupSettings {
  readonly groupClass: LogGroupClass;
  readonly kmsKeyId?: string | undefined;
  readonly deletionProtection: boolean;
}

interface Row {
  id: number;
  account: string;
  region: string;
  name: string;
  created: number;
  retention: number | null;
  settings: string;
  tags: string;
}

export const groupsSchema = `CREATE TABLE logs_group (id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL,
  region TEXT NOT NULL, name TEXT NOT NULL, created INTEGER NOT NULL, retention INTEGER, settings TEXT NOT NULL,
  tags TEXT NOT NULL, UNIQUE (account, region, name)) STRICT;`;

const IDENTIFIER = /^arn:aws[a-z-]*:logs:([^:]*):(\d{12}):log-group:([^:]+)(:.*)?$/;
const DAY_MS = 24 * 3600 * 1000;

/** Log groups by account, region and name. */
export class GroupsTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws ResourceNotFoundException */
  get(scope: Scope, name: string): LogGroup {
    const found = this.find(scope, name);
    if (!found) throw noSuchGroup();
    return found;
  }

  find({ account, region }: Scope, name: string): LogGroup | undefined {
    const sql = 'SELECT * FROM logs_group WHERE account = ? AND region = ? AND name = ?';
    const row = this.#database.get<Row>(sql, account, region, name);
    return row && groupOf(row);
  }

  byId(id: number): LogGroup | undefined {
    const row = this.#database.get<Row>('SELECT * FROM logs_group WHERE id = ?', id);
    return row && groupOf(row);
  }

  /** @returns false when there is one with this name already */
  insert({ account, region }: Scope, group: Omit<LogGroup, 'id' | 'account' | 'region'>): boolean {
    const { changes } = this.#database.run(
      `INSERT INTO logs_group (account, region, name, created, retention, settings, tags)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      account,
      region,
      group.name,
      group.created,
      group.retentionDays ?? null,
      encode(group.settings),
      encode(group.tags),
    );
    return changes > 0;
  }

  update({ id, retentionDays, settings, tags }: LogGroup): void {
    this.#database.run(
      'UPDATE logs_group SET retention = ?, settings = ?, tags = ? WHERE id = ?',
      retentionDays ?? null,
      encode(settings),
      encode(tags),
      id,
    );
  }

  delete({ id }: LogGroup): void {
    this.#database.run('DELETE FROM logs_group WHERE id = ?', id);
  }

  /** Groups in the order of their names, after the given one. */
  list({ account, region }: Scope, after = ''): LogGroup[] {
    const sql = 'SELECT * FROM logs_group WHERE account = ? AND region = ? AND name > ? ORDER BY name';
    return this.#database.all<Row>(sql, account, region, after).map(groupOf);
  }

  /** Groups of all accounts that keep their events for a limited time. */
  withRetention(): LogGroup[] {
    return this.#database.all<Row>('SELECT * FROM logs_group WHERE retention IS NOT NULL').map(groupOf);
  }

  /** Bytes of all events of each stream of a group together. */
  storedBytes({ id }: LogGroup): number {
    const sql = 'SELECT coalesce(sum(bytes), 0) AS bytes FROM logs_stream WHERE log_group = ?';
    return this.#database.get<{ bytes: number }>(sql, id)!.bytes;
  }
}

/**
 * The name in a group's ARN, with or without `:*`; any other text is the name itself. The ARN of another
 * account or region stays as it is, a name that no group has.
 */
export function groupNameOf({ account, region }: Scope, identifier: string): string {
  const [, itsRegion, itsAccount, name] = IDENTIFIER.exec(identifier) ?? [];
  return itsRegion === region && itsAccount === account ? name! : identifier;
}

/**
 * The group that a call means by name or by identifier (its name, or its ARN without `:*`).
 *
 * @throws InvalidParameterException
 */
export function groupNameIn(
  scope: Scope,
  input: {
    readonly logGroupName?: string | undefined;
    readonly logGroupIdentifier?: string | undefined;
  },
): string {
  const { logGroupName, logGroupIdentifier } = input;
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw invalidParameter('LogGroup name and LogGroup ARN are mutually exclusive parameters.');
  }
  if (logGroupName !== undefined) return logGroupName;
  if (logGroupIdentifier === undefined) {
    throw invalidParameter('At least one of logGroupName or logGroupIdentifier is required.');
  }
  // The sentence is the service's, without the value, unlike that of other members.
  if (!/^[\w#+=/:,.@-]*$/.test(logGroupIdentifier)) {
    throw invalidParameter(
      "1 validation error detected: Value at 'logGroupIdentifier' failed to satisfy constraint: " +
        'Member must satisfy regular expression pattern: [\\w#+=/:,.@-]*',
    );
  }
  return groupNameOf(scope, logGroupIdentifier);
}

export function groupArn({ account, region, name }: Pick<LogGroup, 'account' | 'region' | 'name'>): string {
  return `arn:aws:logs:${region}:${account}:log-group:${name}`;
}

/** Events before this time are no longer kept. */
export function keptSince({ retentionDays }: LogGroup, now: number): number {
  return retentionDays === undefined ? 0 : now - retentionDays * DAY_MS;
}

function groupOf({ retention, settings, tags, ...row }: Row): LogGroup {
  return {
    ...row,
    retentionDays: retention ?? undefined,
    settings: decode<GroupSettings>(settings),
    tags: decode<Record<string, string>>(tags),
  };
}
