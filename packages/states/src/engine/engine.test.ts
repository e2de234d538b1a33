import { describe, expect, test } from 'vitest';
import {
  answering,
  engineFixture,
  execute,
  single,
  toEnding,
  typesOf,
} from '../../test/support/engine-fixture.ts';
import {
  createEngine,
  DefinitionError,
  ExecutionAlreadyExistsError,
  ExecutionDoesNotExistError,
  ExecutionNotRedrivableError,
  type JsonObject,
  memoryStore,
  type Store,
  TaskError,
  type TaskHandler,
  TaskTimedOutError,
} from '../index.ts';

const lambda = 'arn:aws:lambda:us-east-1:111111111111:function:f';
const job = 'arn:aws:states:::sagemaker:createTrainingJob.sync';
const waiting: JsonObject = single({ Type: 'Wait', Seconds: 60 });
const graph = (states: JsonObject): JsonObject => ({ StartAt: Object.keys(states)[0] ?? '', States: states });

describe('start', () => {
  test('keeps what it was given', async () => {
    const fixture = engineFixture();
    const arn = await fixture.start(single({ Type: 'Pass' }), { a: 1 });
    expect(fixture.engine.describe(arn)).toMatchObject({
      arn,
      name: 'run',
      status: 'RUNNING',
      input: '{"a":1}',
    });
    const record = await fixture.finish(arn);
    expect(record).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}', stopDate: fixture.clock.now() });
    expect(fixture.engine.describe(arn)).toEqual(record);
    fixture.engine.close();
  });

  test('again with the same input while it runs is the same execution', async () => {
    const fixture = engineFixture();
    const arn = await fixture.start(waiting, { a: 1 });
    await fixture.start(waiting, { a: 1 });
    await expect(fixture.start(waiting, { a: 2 })).rejects.toBeInstanceOf(ExecutionAlreadyExistsError);
    await fixture.finish(arn);
    await expect(fixture.start(waiting, { a: 1 })).rejects.toBeInstanceOf(ExecutionAlreadyExistsError);
    fixture.engine.close();
  });

  test('shares its transaction with what the caller writes, unless the name is taken', async () => {
    const engine = createEngine({ store: memoryStore(), tasks: () => undefined });
    const executionArn = 'arn:aws:states:us-east-1:111111111111:execution:m:also';
    const request = {
      executionArn,
      name: 'also',
      stateMachine: { arn: 'arn', name: 'm', roleArn: 'r', definition: JSON.stringify(waiting) },
      input: {},
    };
    let writes = 0;
    const write = (): void => {
      writes += 1;
    };
    await expect(
      engine.start(request, () => {
        throw new Error('not now');
      }),
    ).rejects.toThrow('not now');
    expect(engine.describe(executionArn)).toBeUndefined();
    await engine.start(request, write);
    await engine.start(request, write);
    expect(writes).toBe(1);
    engine.close();
  });

  test('of an invalid definition', async () => {
    const fixture = engineFixture();
    await expect(fixture.start({ StartAt: 'x' })).rejects.toBeInstanceOf(DefinitionError);
    fixture.engine.close();
  });
});

test('the machine’s timeout ends the execution', async () => {
  const { status, error, events } = await execute({ ...waiting, TimeoutSeconds: 10 });
  expect([status, error]).toEqual(['TIMED_OUT', 'States.Timeout']);
  expect(events.at(-1)).toMatchObject({
    type: 'ExecutionTimedOut',
    executionTimedOutEventDetails: { error: 'States.Timeout' },
  });
});

describe('stop', () => {
  test('aborts, cancels jobs and forgets timers', async () => {
    const cancelled: string[] = [];
    const handler: TaskHandler = {
      run: async (attempt) => {
        await attempt.submitted({ id: 7 });
        return new Promise(() => {});
      },
      cancel: async ({ response }) => void cancelled.push(JSON.stringify(response)),
    };
    const { promise: submitted, resolve } = Promise.withResolvers<void>();
    const fixture = engineFixture({
      tasks: () => handler,
      onEvents: (_, events) => {
        if (typesOf(events as never).includes('TaskSubmitted')) resolve();
      },
    });
    const arn = await fixture.start(single({ Type: 'Task', Resource: job, TimeoutSeconds: 600 }));
    await submitted;
    const record = await fixture.engine.stop(arn, { error: 'Mine', cause: 'enough' });
    expect(toEnding(record)).toEqual({ status: 'ABORTED', error: 'Mine', cause: 'enough' });
    expect(fixture.history(arn).at(-1)).toMatchObject({
      type: 'ExecutionAborted',
      previousEventId: 0,
      executionAbortedEventDetails: { error: 'Mine', cause: 'enough' },
    });
    expect(cancelled).toEqual(['{"id":7}']);
    expect(fixture.clock.nextDue).toBeUndefined();
    expect(await fixture.engine.stop(arn)).toEqual(record);
    await expect(fixture.engine.stop('other')).rejects.toBeInstanceOf(ExecutionDoesNotExistError);
    fixture.engine.close();
  });
});

describe('redrive', () => {
  test('tries the failed state again, with retriers from zero', async () => {
    let works = false;
    const calls: number[] = [];
    const handler: TaskHandler = {
      run: async ({ attempt }) => {
        calls.push(attempt);
        if (!works) throw new TaskError('E');
        return { output: 'done' };
      },
    };
    const fixture = engineFixture({ tasks: () => handler });
    const retry = {
      Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1 }],
      Parameters: { 'n.$': '$$.State.RetryCount' },
    };
    const arn = await fixture.start(
      graph({ A: { Type: 'Pass', Next: 'T' }, T: { Type: 'Task', Resource: lambda, End: true, ...retry } }),
    );
    expect(toEnding(await fixture.finish(arn)).error).toBe('E');
    works = true;
    expect(await fixture.engine.redrive(arn)).toMatchObject({ status: 'RUNNING', redriveCount: 1 });
    expect(toEnding(await fixture.finish(arn))).toEqual({ status: 'SUCCEEDED', output: 'done' });
    expect(calls).toEqual([0, 1, 2]);
    expect(typesOf(fixture.history(arn)).slice(9)).toEqual([
      ...[
        'LambdaFunctionFailed',
        'ExecutionFailed',
        'ExecutionRedriven',
        'LambdaFunctionScheduled',
        'LambdaFunctionStarted',
      ],
      ...['LambdaFunctionSucceeded', 'TaskStateExited', 'ExecutionSucceeded'],
    ]);
    await expect(fixture.engine.redrive(arn)).rejects.toBeInstanceOf(ExecutionNotRedrivableError);
    expect(fixture.faults).toEqual([]);
    fixture.engine.close();
  });

  test('keeps the iterations that succeeded', async () => {
    const seen: unknown[] = [];
    let works = false;
    const handler = answering((parameters) => {
      seen.push(parameters);
      if (parameters === 2 && !works) throw new TaskError('E');
      return parameters;
    });
    const fixture = engineFixture({ tasks: () => handler });
    const processor = graph({ T: { Type: 'Task', Resource: lambda, End: true } });
    const arn = await fixture.start(
      single({ Type: 'Map', MaxConcurrency: 1, ItemProcessor: processor }),
      [1, 2, 3],
    );
    expect(toEnding(await fixture.finish(arn)).error).toBe('E');
    await fixture.engine.redrive(arn);
    expect(toEnding(await fixture.finish(arn)).error).toBe('E');
    works = true;
    await fixture.engine.redrive(arn);
    expect(toEnding(await fixture.finish(arn)).output).toEqual([1, 2, 3]);
    expect(seen).toEqual([1, 2, 2, 2, 3]);
    expect(fixture.faults).toEqual([]);
    fixture.engine.close();
  });

  test('twice at the same time happens once', async () => {
    const fixture = engineFixture();
    const arn = await fixture.start(waiting);
    await fixture.engine.stop(arn);
    const both = await Promise.allSettled([fixture.engine.redrive(arn), fixture.engine.redrive(arn)]);
    expect(both).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: expect.any(ExecutionNotRedrivableError) as unknown },
    ]);
    expect(await fixture.finish(arn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    fixture.engine.close();
  });

  test('of an aborted wait waits again', async () => {
    const fixture = engineFixture();
    const arn = await fixture.start(waiting);
    await fixture.engine.stop(arn);
    await fixture.engine.redrive(arn);
    expect((await fixture.finish(arn)).status).toBe('SUCCEEDED');
    fixture.engine.close();
  });
});

describe('history', () => {
  test('is read in pages from either end', async () => {
    const fixture = engineFixture();
    const arn = await fixture.start(
      graph({ A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', End: true } }),
    );
    await fixture.finish(arn);
    const ids = (query: Parameters<typeof fixture.engine.history>[1]): number[] =>
      fixture.engine.history(arn, query).map(({ id }) => id);
    expect(ids({ limit: 4 })).toEqual([1, 2, 3, 4]);
    expect(ids({ limit: 4, after: 4 })).toEqual([5, 6]);
    expect(ids({ limit: 4, reverse: true })).toEqual([6, 5, 4, 3]);
    expect(ids({ limit: 4, reverse: true, after: 3 })).toEqual([2, 1]);
    fixture.engine.close();
  });

  test('has AWS’s quota when asked for', async () => {
    const loop = graph({
      A: { Type: 'Pass', Next: 'C' },
      C: { Type: 'Choice', Choices: [{ Variable: '$', IsPresent: false, Next: 'E' }], Default: 'A' },
      E: { Type: 'Succeed' },
    });
    const { error, cause, events } = await execute(loop, {}, { limits: { historyEvents: 100 } });
    expect([error, cause]).toEqual([
      'States.Runtime',
      'The execution reached the maximum number of history events (100).',
    ]);
    expect(events.length).toBeLessThanOrEqual(101);
  });
});

test('a handler that comes back too late changes nothing', async () => {
  const { promise: late, resolve: answer } = Promise.withResolvers<{ output: string }>();
  const fixture = engineFixture({ tasks: () => ({ run: () => late }) });
  const arn = await fixture.start(
    graph({
      T: {
        Type: 'Task',
        Resource: lambda,
        TimeoutSeconds: 5,
        Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'W' }],
        End: true,
      },
      W: { Type: 'Wait', Seconds: 60, End: true },
    }),
  );
  const ended = fixture.finish(arn);
  while (!typesOf(fixture.history(arn)).includes('WaitStateEntered')) await new Promise(setImmediate);
  answer({ output: 'late' });
  expect(toEnding(await ended).output).toEqual({ Error: 'States.Timeout', Cause: '' });
  expect(typesOf(fixture.history(arn))).not.toContain('LambdaFunctionSucceeded');
  fixture.engine.close();
});

describe('requests that meet an end being written', () => {
  /** Makes a request in the middle of the commit that the test waits for. */
  function meeting(request: () => Promise<unknown>): {
    store: Store;
    arm: () => void;
    met: Promise<unknown>;
  } {
    const inner = memoryStore();
    const { promise: met, resolve } = Promise.withResolvers<unknown>();
    let armed = false;
    const store: Store = {
      ...inner,
      transaction(write) {
        const commit = inner.transaction(write);
        if (armed) {
          armed = false;
          resolve(
            request().then(
              (value) => value,
              (error: unknown) => error,
            ),
          );
        }
        return commit;
      },
    };
    return {
      store,
      met,
      arm: () => {
        armed = true;
      },
    };
  }

  test('a second stop finds the first', async () => {
    let arn = '';
    const { store, arm, met } = meeting(() => fixture.engine.stop(arn, { error: 'Second' }));
    const fixture = engineFixture({ store });
    arn = await fixture.start(waiting);
    await new Promise(setImmediate);
    arm();
    expect(await fixture.engine.stop(arn, { error: 'First' })).toMatchObject({ failure: { error: 'First' } });
    expect(await met).toMatchObject({ status: 'ABORTED', failure: { error: 'First' } });
    fixture.engine.close();
  });

  test('a result finds its task closed', async () => {
    let token = '';
    const { store, arm, met } = meeting(() => fixture.engine.succeedTask(token, 1));
    const { promise: called, resolve: call } = Promise.withResolvers<void>();
    const handler: TaskHandler = {
      run: async (attempt) => {
        token = attempt.token;
        call();
        return 'pending';
      },
    };
    const fixture = engineFixture({ store, tasks: () => handler });
    const activity = 'arn:aws:states:us-east-1:111111111111:activity:a';
    const arn = await fixture.start(single({ Type: 'Task', Resource: activity }));
    await called;
    await new Promise(setImmediate);
    arm();
    await fixture.engine.stop(arn);
    expect(await met).toBeInstanceOf(TaskTimedOutError);
    fixture.engine.close();
  });
});

test('the engine runs on the machine’s clock by default', async () => {
  const engine = createEngine({ store: memoryStore(), tasks: () => undefined });
  const executionArn = 'arn:aws:states:us-east-1:111111111111:execution:m:real';
  const definition = JSON.stringify(single({ Type: 'Pass', Parameters: { 'id.$': 'States.UUID()' } }));
  await engine.start({
    executionArn,
    name: 'real',
    stateMachine: { arn: 'arn', name: 'm', roleArn: 'r', definition },
    input: {},
  });
  const record = await engine.ended(executionArn);
  expect(record.output).toMatch(/^\{"id":"[0-9a-f-]{36}"\}$/);
  engine.close();
});
