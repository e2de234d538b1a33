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

/** Resources by `action`, the conditions and the verdict. */
type Permissions = Map<string, Set<string>>;

/**
 * Which permissions roles and users made use of, once each. They are kept in memory and written with the
 * next commit that somebody makes, so that recording costs no commit of its own.
 */
export class Usage {
  readonly #database: Database;
  readonly #known = new Map<string, Permissions>();
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
      this.#resources(row.identity, keyOf(row)).add(row.resource);
    }
    this.#database.withEachCommit(() => this.#write());
  }

  /** Writes what no commit has taken along. */
  async stop(): Promise<void> {
    if (this.#unwritten.length > 0) await this.#database.transaction(() => {});
  }

  /** @param conditions - JSON text of {@link UsedPermission.conditions} */
  record(identity: string, action: string, resource: string, conditions: string, denied: boolean): void {
    const row = { identity, action, resource, conditions, denied: Number(denied) };
    if (!this.#known.has(identity) && this.#known.size >= MOST_IDENTITIES) return;
    const resources = this.#resources(identity, keyOf(row));
    if (resources.has(resource)) return;
    if (resources.size < MOST_RESOURCES) {
      resources.add(resource);
      this.#unwritten.push(row);
    } else if (!isCovered(resource, resources)) {
      this.#outgrow(row, resources);
    }
  }

  of(identity: string): UsedPermission[] {
    return [...(this.#known.get(identity) ?? [])].flatMap(([key, resources]) => {
      const { action, conditions, denied } = fromKey(key);
      return [...resources].map((resource) => ({
        action,
        resource,
        conditions: JSON.parse(conditions) as UsedPermission['conditions'],
        denied: denied === 1,
      }));
    });
  }

  #resources(identity: string, key: string): Set<string> {
    const permissions: Permissions = this.#known.get(identity) ?? new Map();
    this.#known.set(identity, permissions);
    const resources = permissions.get(key) ?? new Set();
    permissions.set(key, resources);
    return resources;
  }

  /** Makes patterns of too many resources. */
  #outgrow(row: Row, resources: Set<string>): void {
    const all = [...resources, row.resource];
    const general = generalise(all);
    const kept = general.length > MOST_RESOURCES / 2 ? [commonPattern(all)] : general;
    this.#outgrown.push(row);
    this.#unwritten = this.#unwritten.filter(
      (other) => other.identity !== row.identity || keyOf(other) !== keyOf(row),
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

function keyOf({ action, conditions, denied }: Pick<Row, 'action' | 'conditions' | 'denied'>): string {
  return `${denied}${action} ${conditions}`;
}

function fromKey(key: string): Pick<Row, 'action' | 'conditions' | 'denied'> {
  const space = key.indexOf(' ');
  return { denied: Number(key[0]), action: key.slice(1, space), conditions: key.slice(space + 1) };
}

function isCovered(resource: string, patterns: Iterable<string>): boolean {
  for (const pattern of patterns) {
    if (pattern.endsWith('*') && resource.startsWith(pattern.slice(0, -1))) return true;
  }
  return false;
}
