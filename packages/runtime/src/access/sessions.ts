import type { Database } from '../store/database.ts';
import type { Ids } from '../store/ids.ts';
import { accountRoot, type Caller, iamUser, roleSession } from './caller.ts';

/** Credentials in the shape that AWS tools expect; the runtime knows the caller by the key id. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

interface Row {
  access_key_id: string;
  account: string;
  role_arn: string;
  role_id: string;
  session_name: string;
  policies: string | null;
}

/** An access key of a user. */
export interface UserKey {
  readonly accessKeyId: string;
  readonly active: boolean;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

interface UserKeyRow {
  access_key_id: string;
  user_id: string;
  user_arn: string;
  status: 'Active' | 'Inactive' | 'Deleted';
  created: number;
}

/**
 * Who calls, by access key. Each role session has a key of its own, so that the role behind every call
 * of a function or job is known, and so has each user that was given one. Any other key is accepted: a
 * key id of 12 digits is the account it names, anything else belongs to the default account.
 */
export class Sessions {
  readonly #database: Database;
  readonly #ids: Ids;
  readonly #defaultAccount: string;
  readonly #known = new Map<string, Caller>();

  static readonly schema = `CREATE TABLE role_session (access_key_id TEXT PRIMARY KEY, account TEXT NOT NULL,
    role_arn TEXT NOT NULL, role_id TEXT NOT NULL, session_name TEXT NOT NULL, expires INTEGER NOT NULL) STRICT;`;

  /** A withdrawn key stays known, so that it is not taken for one that nobody issued. */
  static readonly userKeySchema =
    `CREATE TABLE user_key (access_key_id TEXT PRIMARY KEY, user_id TEXT NOT NULL,
    user_arn TEXT NOT NULL, status TEXT NOT NULL, created INTEGER NOT NULL) STRICT;
    CREATE INDEX user_key_user ON user_key (user_id);`;

  static readonly policySchema = 'ALTER TABLE role_session ADD COLUMN policies TEXT;';

  constructor(database: Database, ids: Ids, defaultAccount: string) {
    this.#database = database;
    this.#ids = ids;
    this.#defaultAccount = defaultAccount;
  }

  /**
   * Inside a transaction: opens a role session and gives its credentials.
   *
   * @param expires - in milliseconds since the epoch
   * @param policies - documents that limit the session, as JSON texts
   */
  issue(
    role: { arn: string; id: string },
    sessionName: string,
    expires: number,
    policies: readonly string[] = [],
  ): Credentials {
    const account = role.arn.split(':')[4] ?? this.#defaultAccount;
    const accessKeyId = `ASIA${this.#ids.base32(16)}`;
    this.#database.run(
      `INSERT INTO role_session (access_key_id, account, role_arn, role_id, session_name, expires, policies)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      accessKeyId,
      account,
      role.arn,
      role.id,
      sessionName,
      expires,
      policies.length > 0 ? JSON.stringify(policies) : null,
    );
    return {
      accessKeyId,
      secretAccessKey: this.#ids.hex(40),
      sessionToken: this.#ids.hex(64),
      expiration: new Date(expires),
    };
  }

  /** Inside a transaction: gives a user, or the account itself, a key. `now` in milliseconds since the epoch. */
  issueUserKey(
    user: { arn: string; id: string },
    now: number,
  ): Pick<Credentials, 'accessKeyId' | 'secretAccessKey'> {
    const accessKeyId = `AKIA${this.#ids.base32(16)}`;
    const sql = "INSERT INTO user_key VALUES (?, ?, ?, 'Active', ?)";
    this.#database.run(sql, accessKeyId, user.id, user.arn, now);
    return { accessKeyId, secretAccessKey: this.#ids.hex(40) };
  }

  /** The keys that a user has, oldest first. */
  userKeys(userId: string): UserKey[] {
    return this.#database
      .all<UserKeyRow>(
        "SELECT * FROM user_key WHERE user_id = ? AND status <> 'Deleted' ORDER BY created, rowid",
        userId,
      )
      .map((row) => ({
        accessKeyId: row.access_key_id,
        active: row.status === 'Active',
        created: row.created,
      }));
  }

  /** Inside a transaction: lets a key be used, or not. */
  activateUserKey(accessKeyId: string, active: boolean): void {
    this.#setStatus(accessKeyId, active ? 'Active' : 'Inactive');
  }

  /** Inside a transaction: takes a key from its user for good. */
  withdrawUserKey(accessKeyId: string): void {
    this.#setStatus(accessKeyId, 'Deleted');
  }

  /** Inside a transaction: a user's keys follow a change of its name or path. */
  renameUser(userId: string, arn: string): void {
    this.#database.run('UPDATE user_key SET user_arn = ? WHERE user_id = ?', arn, userId);
  }

  /** Whether a key is a user's and was made inactive or withdrawn. */
  refuses(accessKeyId: string | undefined): boolean {
    const key = accessKeyId === undefined ? undefined : this.#userKey(accessKeyId);
    return key !== undefined && key.status !== 'Active';
  }

  /** The caller behind an access key id; unsigned requests (undefined) come from the default account. */
  callerOf(accessKeyId: string | undefined): Caller {
    if (accessKeyId === undefined) return accountRoot(this.#defaultAccount);
    const known = this.#known.get(accessKeyId);
    if (known) return known;
    const row = this.#database.get<Row>('SELECT * FROM role_session WHERE access_key_id = ?', accessKeyId);
    if (!row) {
      const key = this.#userKey(accessKeyId);
      if (key?.user_arn.endsWith(':root')) return accountRoot(key.user_id, accessKeyId);
      if (key) return iamUser({ arn: key.user_arn, id: key.user_id }, accessKeyId);
      return accountRoot(/^\d{12}$/.test(accessKeyId) ? accessKeyId : this.#defaultAccount, accessKeyId);
    }
    const caller: Caller = {
      ...roleSession({ arn: row.role_arn, id: row.role_id }, row.session_name, accessKeyId),
      ...(row.policies !== null && { sessionPolicies: JSON.parse(row.policies) as string[] }),
    };
    this.#known.set(accessKeyId, caller);
    return caller;
  }

  #userKey(accessKeyId: string): UserKeyRow | undefined {
    if (!accessKeyId.startsWith('AKIA')) return undefined;
    return this.#database.get<UserKeyRow>('SELECT * FROM user_key WHERE access_key_id = ?', accessKeyId);
  }

  #setStatus(accessKeyId: string, status: UserKeyRow['status']): void {
    this.#database.run('UPDATE user_key SET status = ? WHERE access_key_id = ?', status, accessKeyId);
  }
}
