import type { ParameterTier, ParameterType } from '@aws-sdk/client-ssm';
import { decode, encode } from '../../store/codec.ts';
import type { Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';

/** One version of a parameter; versions other than the newest are its history. */
export interface ParameterVersion {
  readonly name: string;
  readonly version: number;
  readonly type: ParameterType;
  /** As it is stored: of a SecureString the cipher text. */
  readonly value: string;
  readonly keyId?: string | undefined;
  readonly description?: string | undefined;
  readonly allowedPattern?: string | undefined;
  readonly tier: Exclude<ParameterTier, 'Intelligent-Tiering'>;
  readonly dataType: string;
  readonly labels: readonly string[];
  readonly modified: Date;
  /** ARN of who made it. */
  readonly user: string;
}

export const parametersSchema = `
  CREATE TABLE ssm_parameter (account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
    newest INTEGER NOT NULL, tags TEXT NOT NULL, PRIMARY KEY (account, region, name)) STRICT;
  CREATE TABLE ssm_parameter_version (account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
    version INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (account, region, name, version)) STRICT;`;

export type Tags = Readonly<Record<string, string>>;

/** Parameters and their versions, by account, region and name. */
export class ParametersTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The newest version. */
  newest({ account, region }: Scope, name: string): ParameterVersion | undefined {
    return this.#version(
      `SELECT v.doc FROM ssm_parameter p JOIN ssm_parameter_version v
         ON v.account = p.account AND v.region = p.region AND v.name = p.name AND v.version = p.newest
       WHERE p.account = ? AND p.region = ? AND p.name = ?`,
      account,
      region,
      name,
    );
  }

  version({ account, region }: Scope, name: string, version: number): ParameterVersion | undefined {
    const sql =
      'SELECT doc FROM ssm_parameter_version WHERE account = ? AND region = ? AND name = ? AND version = ?';
    return this.#version(sql, account, region, name, version);
  }

  /** All versions that are kept, oldest first. */
  versions({ account, region }: Scope, name: string): ParameterVersion[] {
    return this.#database
      .all<{ doc: string }>(
        'SELECT doc FROM ssm_parameter_version WHERE account = ? AND region = ? AND name = ? ORDER BY version',
        account,
        region,
        name,
      )
      .map(({ doc }) => decode<ParameterVersion>(doc));
  }

  /** The newest versions of all parameters, by name. */
  list({ account, region }: Scope): ParameterVersion[] {
    return this.#database
      .all<{ doc: string }>(
        `SELECT v.doc FROM ssm_parameter p JOIN ssm_parameter_version v
           ON v.account = p.account AND v.region = p.region AND v.name = p.name AND v.version = p.newest
         WHERE p.account = ? AND p.region = ? ORDER BY p.name`,
        account,
        region,
      )
      .map(({ doc }) => decode<ParameterVersion>(doc));
  }

  /** Inside a transaction: adds a version, the newest one from now on. */
  add({ account, region }: Scope, version: ParameterVersion, tags: Tags): void {
    this.#database.run(
      `INSERT INTO ssm_parameter VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (account, region, name) DO UPDATE SET newest = excluded.newest`,
      account,
      region,
      version.name,
      version.version,
      encode(tags),
    );
    this.update({ account, region }, version);
  }

  /** Inside a transaction: writes a version, in place of one with its number. */
  update({ account, region }: Scope, version: ParameterVersion): void {
    this.#database.run(
      `INSERT INTO ssm_parameter_version VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (account, region, name, version) DO UPDATE SET doc = excluded.doc`,
      account,
      region,
      version.name,
      version.version,
      encode(version),
    );
  }

  /** Inside a transaction. */
  deleteVersion({ account, region }: Scope, { name, version }: ParameterVersion): void {
    const sql =
      'DELETE FROM ssm_parameter_version WHERE account = ? AND region = ? AND name = ? AND version = ?';
    this.#database.run(sql, account, region, name, version);
  }

  /** Inside a transaction: removes a parameter with all its versions. @returns whether there was one */
  delete({ account, region }: Scope, name: string): boolean {
    const where = 'WHERE account = ? AND region = ? AND name = ?';
    this.#database.run(`DELETE FROM ssm_parameter_version ${where}`, account, region, name);
    return this.#database.run(`DELETE FROM ssm_parameter ${where}`, account, region, name).changes > 0;
  }

  /** A parameter's tags, or undefined when there is no such parameter. */
  tags({ account, region }: Scope, name: string): Tags | undefined {
    const sql = 'SELECT tags FROM ssm_parameter WHERE account = ? AND region = ? AND name = ?';
    const row = this.#database.get<{ tags: string }>(sql, account, region, name);
    return row && decode<Tags>(row.tags);
  }

  /** Inside a transaction. */
  setTags({ account, region }: Scope, name: string, tags: Tags): void {
    const sql = 'UPDATE ssm_parameter SET tags = ? WHERE account = ? AND region = ? AND name = ?';
    this.#database.run(sql, encode(tags), account, region, name);
  }

  #version(sql: string, ...values: (string | number)[]): ParameterVersion | undefined {
    const row = this.#database.get<{ doc: string }>(sql, ...values);
    return row && decode<ParameterVersion>(row.doc);
  }
}
