import { expect, test, vi } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { Database } from './database.ts';
import { StorageError } from './errors.ts';
import { migrate } from './migrations.ts';
import { Orders } from './orders.ts';
import { Recovery } from './recovery.ts';

async function open(database = new Database(':memory:'), clock = new ManualClock()) {
  await migrate(database, [
    { component: 'recovery', migrations: [Recovery.schema] },
    { component: 'orders', migrations: [Orders.schema] },
  ]);
  const failures: unknown[] = [];
  let ids = 0;
  const orders = new Orders({
    database,
    recovery: new Recovery(database, clock),
    clock,
    newId: () => `order-${ids++}`,
    failed: (_, error) => failures.push(error),
  });
  return { database, clock, orders, failures };
}

const left = (database: Database) => database.all<{ id: string }>('SELECT id FROM orders').length;

test('an order is carried out after the commit that placed it, and not when that is undone', async () => {
  const { database, orders } = await open();
  const seen: string[] = [];
  orders.handle<string>('say', async (text) => void seen.push(text));
  orders.start();
  await database.transaction(() => orders.place('say', 'yes'));
  await database
    .transaction(() => {
      orders.place('say', 'no');
      throw new Error('undone');
    })
    .catch(() => {});
  await vi.waitUntil(() => left(database) === 0);
  expect(seen).toEqual(['yes']);
});

test('orders of an earlier life are carried out after the start, with their id', async () => {
  const { database, orders } = await open();
  orders.handle('say', async () => {});
  await database.transaction(() => orders.place('say', 1, { id: 'mine' }));
  const later = await open(database);
  const seen: string[] = [];
  later.orders.handle('say', async (_, { id }) => void seen.push(id));
  later.orders.start();
  await vi.waitUntil(() => left(database) === 0);
  expect(seen).toEqual(['mine']);
});

test('a due time is waited for, and a cancelled order never comes', async () => {
  const { database, clock, orders } = await open();
  const seen: string[] = [];
  orders.handle<string>('say', async (text) => void seen.push(text));
  orders.start();
  await database.transaction(() => {
    orders.place('say', 'later', { due: clock.now() + 5000 });
    orders.place('say', 'never', { id: 'x', due: clock.now() + 4000 });
  });
  await database.transaction(() => orders.cancel('x'));
  clock.advance(4999);
  expect(seen).toEqual([]);
  clock.advance(1);
  await vi.waitUntil(() => left(database) === 0);
  expect(seen).toEqual(['later']);
});

test('one that fails is told of and tried again with growing pauses', async () => {
  const { database, clock, orders, failures } = await open();
  const attempts: number[] = [];
  orders.handle('try', async (_, { attempt }) => {
    attempts.push(attempt);
    if (attempt < 2) throw new Error(`failure ${attempt}`);
  });
  orders.start();
  await database.transaction(() => orders.place('try', null));
  await vi.waitUntil(() => clock.pending.length === 1);
  clock.advance(1000);
  await vi.waitUntil(() => attempts.length === 2 && clock.pending.length === 1);
  clock.advance(2000);
  await vi.waitUntil(() => left(database) === 0);
  expect(attempts).toEqual([0, 1, 2]);
  expect(failures).toHaveLength(2);
});

test('a handler may complete its order in its own transaction', async () => {
  const { database, orders } = await open();
  await database.transaction(() => database.script('CREATE TABLE done (n INTEGER) STRICT'));
  orders.handle('act', async (_, run) => {
    await database.transaction(() => {
      database.run('INSERT INTO done VALUES (1)');
      run.complete();
    });
  });
  orders.start();
  const before = database.commits;
  await database.transaction(() => orders.place('act', null));
  await vi.waitUntil(() => left(database) === 0);
  expect(database.all('SELECT * FROM done')).toHaveLength(1);
  expect(database.commits).toBe(before + 2);
});

test('what was done is not done again because the store could not write that down', async () => {
  let isFull = false;
  const full = new StorageError('full', 'write');
  const database = new Database(':memory:', {
    beforeCommit() {
      if (isFull) throw full;
    },
  });
  const { clock, orders, failures } = await open(database);
  let carriedOut = 0;
  orders.handle('act', async () => {
    carriedOut += 1;
    isFull = true;
  });
  orders.start();
  await database.transaction(() => orders.place('act', null));
  for (const pause of [1000, 2000, 4000]) {
    await vi.waitUntil(() => clock.pending.length === 1);
    clock.advance(pause - 1);
    expect(clock.pending).toHaveLength(1);
    if (pause === 4000) isFull = false;
    clock.advance(1);
  }
  await vi.waitUntil(() => left(database) === 0);
  expect(carriedOut).toBe(1);
  expect(failures).toEqual([full, full, full]);
});
