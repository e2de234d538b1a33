import type { Database } from '../store/database.ts';
import type { Ids } from '../store/ids.ts';
import { accountRoot, type Caller, roleSession } from './caller.ts';

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
}

/**
 * Who calls, by access key. Each role session has a key of its own, so that the role behind every call
 * of a function or job is known. Any other key is accepted: a key id of 12 digits is the account it
 * names, anything else belongs to the default account.
 */
export class Sessions {
  readonly #database: Database;
  readonly #ids: Ids;
  readonly #defaultAccount: string;
  readonly #known = new Map<string, Caller>();

  static readonly schema = `CREATE TABLE role_session (access_key_id TEXT PRIMARY KEY, account TEXT NOT NULL,
    role_arn TEXT NOT NULL, role_id TEXT NOT NULL, session_name TEXT NOT NULL, expires INTEGER NOT NULL) STRICT;`;

  constructor(database: Database, ids: Ids, defaultAccount: string) {
    this.#database = database;
    this.#ids = ids;
    this.#defaultAccount = defaultAccount;
  }

  /** Inside a transaction: opens a role session and gives its credentials. `expires` in milliseconds since the epoch. */
  issue(role: { arn: string; id: string }, sessionName: string, expires: number): Credentials {
    const account = role.arn.split(':')[4] ?? this.#defaultAccount;
    const accessKeyId = `ASIA${this.#ids.base32(16)}`;
    this.#database.run(
      'INSERT INTO role_session VALUES (?, ?, ?, ?, ?, ?)',
      accessKeyId,
      account,
      role.arn,
      role.id,
      sessionName,
      expires,
    );
    return {
      accessKeyId,
      secretAccessKey: this.#ids.hex(40),
      sessionToken: this.#ids.hex(64),
      expiration: new Date(expires),
    };
  }

  /** The caller behind an access key id; unsigned requests (undefined) come from the default account. */
  callerOf(accessKeyId: string | undefined): Caller {
    if (accessKeyId === undefined) return accountRoot(this.#defaultAccount);
    const known = this.#known.get(accessKeyId);
    if (known) return known;
    const row = this.#database.get<Row>('SELECT * FROM role_session WHERE access_key_id = ?', accessKeyId);
    if (!row) {
      return accountRoot(/^\d{12}$/.test(accessKeyId) ? accessKeyId : this.#defaultAccount, accessKeyId);
    }
    const caller = roleSession({ arn: row.role_arn, id: row.role_id }, row.session_name, accessKeyId);
    this.#known.set(accessKeyId, caller);
    return caller;
  }
}
