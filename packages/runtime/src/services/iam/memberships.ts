import type { Database } from '../../store/database.ts';

/** Which users are in which groups, by their ids. */
export class Memberships {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(user: string, group: string): void {
    this.#database.run('INSERT INTO iam_membership VALUES (?, ?) ON CONFLICT DO NOTHING', user, group);
  }

  /** @returns whether the user was in the group */
  remove(user: string, group: string): boolean {
    const sql = 'DELETE FROM iam_membership WHERE member = ? AND member_group = ?';
    return this.#database.run(sql, user, group).changes > 0;
  }

  groupsOf(user: string): string[] {
    const sql = 'SELECT member_group AS id FROM iam_membership WHERE member = ? ORDER BY rowid';
    return this.#database.all<{ id: string }>(sql, user).map(({ id }) => id);
  }

  usersOf(group: string): string[] {
    const sql = 'SELECT member AS id FROM iam_membership WHERE member_group = ? ORDER BY rowid';
    return this.#database.all<{ id: string }>(sql, group).map(({ id }) => id);
  }
}
