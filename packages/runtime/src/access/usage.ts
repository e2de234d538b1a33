import type { Database } from '../store/database.ts';
import { commonPattern, generalise } from './generalise.ts';

/** A permission that a role or user made use of. */
export interface UsedPermission {
  readonly action: string;
  /** An ARN, or a pattern where there were too many. */
  readonly resource: string;
  /** Condition keys and values that the call had, where a good policy limits them. */
  readonly conditions: Readonly<Record<string, string | readonly string[]>>;
  /** Whether its policies do not allow it. */
  readonly denied: boolean;
}

interface Row {
  identity: string;
  action: string;
  resource: string;
  conditions: string;
  denied: number;
}

const MOST_RESOURCES = 200;
const MOST_IDENTITIES = 2000;

/** Action → conditions → resources. Nested, because a key put together for each call costs more than the search. */
type Permissions = Map<string, Map<string, Set<string>>>;

/**
 * Which permissions roles and users made use of, once each. They are kept in memory and written with the
 * next commit that somebody makes, so that recording costs no commit of its own.
 */
export class Usage {
  readonly #database: Database;
  /** By identity: what is allowed, and what is not. */
  readonly #known = { allowed: new Map<string, Permissions>(), denied: new Map<string, Permissions>() };
  #unwritten: Row[] = [];
  #outgrown: Row[] = [];

  static readonly schema = `CREATE TABLE access_usage (identity TEXT NOT NULL, action TEXT NOT NULL,
    resource TEXT NOT NULL, conditions TEXT NOT NULL, denied INTEGER NOT NULL,
    PRIMARY KEY (identity, action, conditions, denied, resource)) STRICT, WITHOUT ROWID;`;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Reads what an earlier life of the runtime recorded; before the first call. */
  start(): void {
    for (const row of this.#database.all<Row>('SELECT * FROM access_usage')) {
      this.#resources(row.identity, row.action, row.conditions, row.denied === 1).add(row.resource);
    }
    this.#database.withEachCommit(() => this.#write());
  }

  /** Writes what no commit has taken along. */
  async stop(): Promise<void> {
    if (this.#unwritten.length > 0) await this.#database.transaction(() => {});
  }

  /** @param conditions - JSON text of {@link UsedPermission.conditions} */
  record(identity: string, action: string, resource: string, conditions: string, denied: boolean): void {
    const resources = this.#resources(identity, action, conditions, denied);
    if (resources.has(resource)) return;
    const row = { identity, action, resource, conditions, denied: Number(denied) };
    if (resources.size < MOST_RESOURCES) {
      resources.add(resource);
      this.#unwritten.push(row);
    } else if (!isCovered(resource, resources)) {
      this.#outgrow(row, resources);
    }
  }

  of(identity: string): UsedPermission[] {
    return (['allowed', 'denied'] as const).flatMap((verdict) =>
      [...(this.#known[verdict].get(identity) ?? [])].flatMap(([action, byConditions]) =>
        [...byConditions].flatMap(([conditions, resources]) =>
          [...resources].map((resource) => ({
            action,
            resource,
            conditions: JSON.parse(conditions) as UsedPermission['conditions'],
            denied: verdict === 'denied',
          })),
        ),
      ),
    );
  }

  #resources(identity: string, action: string, conditions: string, denied: boolean): Set<string> {
    const known = denied ? this.#known.denied : this.#known.allowed;
    const found = known.get(identity)?.get(action)?.get(conditions);
    if (found) return found;
    // Rather forget than grow without end: what is written stays written, and is read at the next start.
    if (known.size >= MOST_IDENTITIES && !known.has(identity)) known.clear();
    const permissions: Permissions = known.get(identity) ?? new Map();
    known.set(identity, permissions);
    const byConditions = permissions.get(action) ?? new Map<string, Set<string>>();
    permissions.set(action, byConditions);
    const resources = new Set<string>();
    byConditions.set(conditions, resources);
    return resources;
  }

  /** Makes patterns of too many resources. */
  #outgrow(row: Row, resources: Set<string>): void {
    const all = [...resources, row.resource];
    const general = generalise(all);
    const kept = general.length > MOST_RESOURCES / 2 ? [commonPattern(all)] : general;
    this.#outgrown.push(row);
    this.#unwritten = this.#unwritten.filter(
      (other) =>
        other.identity !== row.identity ||
        other.action !== row.action ||
        other.conditions !== row.conditions ||
        other.denied !== row.denied,
    );
    resources.clear();
    for (const resource of kept) {
      resources.add(resource);
      this.#unwritten.push({ ...row, resource });
    }
  }

  #write(): void {
    if (this.#unwritten.length === 0) return;
    for (const { identity, action, conditions, denied } of this.#outgrown) {
      const sql =
        'DELETE FROM access_usage WHERE identity = ? AND action = ? AND conditions = ? AND denied = ?';
      this.#database.run(sql, identity, action, conditions, denied);
    }
    const insert = `INSERT INTO access_usage (identity, action, resource, conditions, denied)
      VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
    for (const { identity, action, resource, conditions, denied } of this.#unwritten) {
      this.#database.run(insert, identity, action, resource, conditions, denied);
    }
    this.#outgrown = [];
    this.#unwritten = [];
  }
}

function isCovered(resource: string, patterns: Iterable<string>): boolean {
  for (const pattern of patterns) {
    if (pattern.endsWith('*') && resource.startsWith(pattern.slice(0, -1))) return true;
  }
  return false;
}
