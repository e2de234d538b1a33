import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decode, encode } from './codec.ts';
import { Collection } from './collection.ts';
import { Database } from './database.ts';
import { migrate } from './migrations.ts';

let folder: string;
let database: Database;
const scope = { account: '000000000000', region: 'us-east-1' };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-'));
  database = new Database(join(folder, 'test.db'));
  await database.transaction(() => database.script('CREATE TABLE t (n INTEGER PRIMARY KEY) STRICT'));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const rows = () => database.all<{ n: number }>('SELECT n FROM t ORDER BY n').map(({ n }) => n);
const insert = (n: number) => database.run('INSERT INTO t VALUES (?)', n);

test('transactions of one turn share a commit, and one that throws is undone alone', async () => {
  const before = database.commits;
  const results = await Promise.allSettled([
    database.transaction(() => insert(1)),
    database.transaction(() => {
      insert(2);
      throw new Error('no');
    }),
    database.transaction(() => insert(3)),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(rows()).toEqual([1, 3]);
  expect(database.commits).toBe(before + 1);
});

test('effects follow the commit, and a transaction that is undone has none', async () => {
  const seen: string[] = [];
  const good = database.transaction(() => {
    insert(1);
    database.afterCommit(() => seen.push(`effect with ${rows().length} row`));
  });
  const bad = database.transaction(() => {
    database.afterCommit(() => seen.push('never'));
    throw new Error('no');
  });
  await Promise.allSettled([good, bad]);
  expect(seen).toEqual(['effect with 1 row']);
});

test('writes outside a transaction and asynchronous transactions are programming errors', async () => {
  expect(() => insert(1)).toThrow('A write outside a transaction');
  await expect(database.transaction(async () => insert(1))).rejects.toThrow('must be synchronous');
  expect(rows()).toEqual([]);
});

test('a schema is brought up step by step, once, and a newer one is refused', async () => {
  const first = ['CREATE TABLE a (x TEXT) STRICT'];
  await migrate(database, [{ component: 'thing', migrations: first }]);
  await database.transaction(() => database.run("INSERT INTO a VALUES ('kept')"));
  const second = [
    ...first,
    'ALTER TABLE a ADD COLUMN y TEXT',
    (db: Database) => void db.run("UPDATE a SET y = 'new'"),
  ];
  await migrate(database, [{ component: 'thing', migrations: second }]);
  await migrate(database, [{ component: 'thing', migrations: second }]);
  expect(database.all('SELECT * FROM a')).toEqual([{ x: 'kept', y: 'new' }]);
  await expect(migrate(database, [{ component: 'thing', migrations: first }])).rejects.toMatchObject({
    fault: 'newer',
  });
});

test('a migration that fails in its middle leaves the version before it', async () => {
  const steps = ['CREATE TABLE b (x TEXT) STRICT', 'nonsense'];
  await expect(migrate(database, [{ component: 'broken', migrations: steps }])).rejects.toThrow();
  expect(database.get("SELECT name FROM sqlite_master WHERE name = 'b'")).toBeUndefined();
  await migrate(database, [{ component: 'broken', migrations: steps.slice(0, 1) }]);
  expect(database.get("SELECT name FROM sqlite_master WHERE name = 'b'")).toEqual({ name: 'b' });
});

test('values survive the way through a row: dates, bytes, and objects that look like them', () => {
  const value = {
    when: new Date(1_700_000_000_123),
    bytes: new Uint8Array([0, 255]),
    list: [null, { $date: 'a member of the user' }],
  };
  expect(decode(encode(value))).toEqual(value);
});

test('a collection lists by id and by age, filters, and goes on behind a position', async () => {
  await database.transaction(() => database.script(Collection.schema('thing', ['status TEXT'])));
  const things = new Collection<{ status: string }>(database, 'thing', { status: ({ status }) => status });
  await database.transaction(() => {
    for (const [id, status] of [
      ['b', 'on'],
      ['a', 'off'],
      ['c', 'on'],
    ] as const) {
      expect(things.insert(scope, id, { status })).toBe(true);
    }
    expect(things.insert(scope, 'a', { status: 'on' })).toBe(false);
    things.update(scope, 'c', { status: 'off' });
  });
  const ids = (page: Parameters<typeof things.list>[1]) => things.list(scope, page).map(({ id }) => id);
  expect(ids({})).toEqual(['a', 'b', 'c']);
  expect(ids({ order: 'newest' })).toEqual(['c', 'a', 'b']);
  expect(ids({ where: { status: 'off' } })).toEqual(['a', 'c']);
  const [first] = things.list(scope, { order: 'oldest', limit: 1 });
  expect(ids({ order: 'oldest', after: first!.position })).toEqual(['a', 'c']);
  expect(things.list({ ...scope, region: 'eu-west-1' })).toEqual([]);
});
