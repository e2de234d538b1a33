import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../test/support/sqlite-database.ts';
import { memoryStore } from './memory-store.ts';
import { sqliteStore } from './sqlite-store.ts';
import type { EventRecord, ExecutionRecord, FlowChange, Store, TaskRecord } from './store.ts';

const arn = 'arn:aws:states:us-east-1:111111111111:execution:machine:run';

const execution: ExecutionRecord = {
  arn,
  name: 'run',
  type: 'STANDARD',
  stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:machine',
  stateMachineName: 'machine',
  roleArn: 'role',
  definitionHash: 'hash',
  entry: '',
  status: 'RUNNING',
  input: '{}',
  output: undefined,
  failure: undefined,
  startDate: 1000.5,
  stopDate: undefined,
  due: 2000,
  redriveCount: 0,
  redriveDate: undefined,
  mapRun: undefined,
};

const event = (id: number, change: Partial<EventRecord> = {}): EventRecord => ({
  id,
  previousId: id - 1,
  timestamp: 1000 + id,
  type: 'PassStateEntered',
  details: { name: 'S', input: '{}' },
  path: `/${id}:S`,
  attempt: 0,
  key: 'PassStateEntered',
  ...change,
});

const flow: FlowChange = {
  path: '',
  parentPath: undefined,
  position: 0,
  status: 'RUNNING',
  lastEventId: 1,
  progress: '{"phase":1}',
  visit: '{"visit":1}',
  variables: '{"v":1}',
  output: undefined,
};

const task: TaskRecord = {
  token: 'token',
  executionArn: arn,
  flowPath: '',
  attempt: 0,
  status: 'OPEN',
  request: '{}',
  submitted: undefined,
  started: false,
  due: 5000,
  heartbeatDue: undefined,
};

/** What every store must do. */
describe.each<[string, () => Store]>([
  ['memory', memoryStore],
  ['sqlite', () => sqliteStore(openDatabase(':memory:'))],
])('the %s store', (_, open) => {
  async function filled(): Promise<Store> {
    const store = open();
    await store.transaction((writer) => {
      writer.insertDefinition('hash', '{"StartAt":"S"}');
      writer.insertExecution(execution);
      writer.saveFlow(arn, flow);
      writer.saveTask(task);
      writer.appendEvents(arn, [
        event(1),
        event(2, { details: undefined, type: 'MapRunSucceeded' }),
        event(3),
      ]);
    });
    return store;
  }

  test('gives back what was written', async () => {
    const store = await filled();
    expect(store.execution(arn)).toEqual(execution);
    expect(store.execution('other')).toBeUndefined();
    expect(store.definition('hash')).toBe('{"StartAt":"S"}');
    expect(store.flows(arn)).toEqual([flow]);
    expect(store.task('token')).toEqual(task);
    expect(store.task('other')).toBeUndefined();
    expect(store.lastEventId(arn)).toBe(3);
    expect(store.lastEventId('other')).toBe(0);
    expect(store.executionsByStatus('RUNNING')).toEqual([arn]);
  });

  test('inserts an execution once', async () => {
    const store = await filled();
    const inserted = await store.transaction((writer) =>
      writer.insertExecution({ ...execution, input: '1' }),
    );
    expect(inserted).toBe(false);
    expect(store.execution(arn)?.input).toBe('{}');
  });

  test('changes an execution', async () => {
    const store = await filled();
    const change = { status: 'FAILED', failure: { error: 'E' }, stopDate: 3000, due: undefined } as const;
    await store.transaction((writer) => writer.changeExecution(arn, change));
    expect(store.execution(arn)).toEqual({ ...execution, ...change });
    expect(store.executionsByStatus('RUNNING')).toEqual([]);
  });

  test('keeps what a flow’s change leaves out', async () => {
    const store = await filled();
    const change: FlowChange = {
      ...flow,
      progress: '{"phase":2}',
      visit: undefined,
      variables: undefined,
      output: '5',
    };
    await store.transaction((writer) => writer.saveFlow(arn, change));
    expect(store.flows(arn)).toEqual([{ ...change, visit: flow.visit, variables: flow.variables }]);
    await store.transaction((writer) => {
      writer.saveFlow(arn, { ...flow, path: '/0:M{1}', parentPath: '', position: 1 });
      writer.deleteFlow(arn, '');
    });
    expect(store.flows(arn).map(({ path, parentPath }) => [path, parentPath])).toEqual([['/0:M{1}', '']]);
    await store.transaction((writer) => writer.deleteFlows(arn));
    expect(store.flows(arn)).toEqual([]);
  });

  test('pages through the history from either end', async () => {
    const store = await filled();
    const ids = (query: Parameters<Store['history']>[1]): number[] =>
      store.history(arn, query).map(({ id }) => id);
    expect(store.history(arn, { limit: 2 })).toEqual([
      event(1),
      event(2, { details: undefined, type: 'MapRunSucceeded' }),
    ]);
    expect(ids({ after: 2, limit: 2 })).toEqual([3]);
    expect(ids({ reverse: true, limit: 2 })).toEqual([3, 2]);
    expect(ids({ reverse: true, after: 2, limit: 2 })).toEqual([1]);
  });

  test.each<[string, EventRecord]>([['an address, key and attempt', event(4, { path: '/1:S' })]])(
    'refuses a second event of %s, and all that came with it',
    async (__, duplicate) => {
      const store = await filled();
      const append = store.transaction((writer) => {
        writer.changeExecution(arn, { status: 'FAILED' });
        writer.appendEvents(arn, [duplicate]);
      });
      await expect(append).rejects.toThrow();
      expect(store.execution(arn)?.status).toBe('RUNNING');
      expect(store.lastEventId(arn)).toBe(3);
    },
  );

  test('leaves nothing of a transaction that throws', async () => {
    const store = await filled();
    const failing = store.transaction((writer) => {
      writer.saveFlow(arn, { ...flow, progress: 'changed' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(store.flows(arn)).toEqual([flow]);
  });

  test('updates and closes tasks', async () => {
    const store = await filled();
    const later: TaskRecord = { ...task, started: true, submitted: '{"id":1}', heartbeatDue: 7000 };
    await store.transaction((writer) => writer.saveTask(later));
    expect(store.tasks(arn, 'OPEN')).toEqual([later]);
    await store.transaction((writer) => writer.closeTask('token', 'CANCELLING'));
    expect(store.tasks(arn, 'OPEN')).toEqual([]);
    expect(store.tasksByStatus('CANCELLING')).toEqual([{ ...later, status: 'CANCELLING' }]);
  });

  test('lists and counts the children of a map run', async () => {
    const store = await filled();
    const child = (index: number, status: ExecutionRecord['status']): ExecutionRecord => ({
      ...execution,
      arn: `${arn}-${index}`,
      status,
      mapRun: { arn: 'map-run', parentArn: arn, flowPath: '/0:M', index },
    });
    const children = [child(0, 'SUCCEEDED'), child(1, 'RUNNING'), child(2, 'PENDING'), child(3, 'PENDING')];
    await store.transaction((writer) => {
      for (const record of children.toReversed()) writer.insertExecution(record);
    });
    expect(store.mapRunChildren('map-run', {})).toEqual(children);
    expect(store.mapRunChildren('map-run', { status: 'PENDING', limit: 1 })).toEqual([children[2]]);
    expect(store.mapRunCounts('map-run')).toEqual({
      pending: 2,
      running: 1,
      succeeded: 1,
      failed: 0,
      timedOut: 0,
      aborted: 0,
      total: 4,
    });
  });

  test('forgets an execution', async () => {
    const store = await filled();
    await store.transaction((writer) => writer.deleteExecution(arn));
    expect(store.execution(arn)).toBeUndefined();
    expect(store.task('token')).toBeUndefined();
    expect(store.history(arn, { limit: 10 })).toEqual([]);
  });
});
