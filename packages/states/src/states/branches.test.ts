import { describe, expect, test } from 'vitest';
import {
  answering,
  engineFixture,
  execute,
  single,
  toEnding,
  typesOf,
} from '../../test/support/engine-fixture.ts';
import { type HistoryEvent, type Json, type JsonObject, TaskError, type TaskHandler } from '../index.ts';

const lambda = 'arn:aws:lambda:us-east-1:111111111111:function:f';
const job = 'arn:aws:states:::sagemaker:createTrainingJob.sync';
const pass: JsonObject = { Type: 'Pass', End: true };

const graph = (states: JsonObject): JsonObject => ({ StartAt: Object.keys(states)[0] ?? '', States: states });
const parallel = (branches: JsonObject[], fields: JsonObject = {}): JsonObject =>
  single({ Type: 'Parallel', Branches: branches, ...fields });
const map = (processor: JsonObject, fields: JsonObject = {}): JsonObject =>
  single({ Type: 'Map', ItemProcessor: processor, ...fields });

/** Ids, previous ids and types, for the parts of a history that depend on the order of things. */
const chain = (events: readonly HistoryEvent[]): string[] =>
  events.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`);

const failing: TaskHandler = {
  run: async () => {
    throw new TaskError('Broken', 'c');
  },
};

describe('Parallel', () => {
  test('gives the outputs in the order of the branches', async () => {
    const { output } = await execute(
      parallel(
        [
          graph({ W: { Type: 'Wait', Seconds: 9, End: true } }),
          graph({ P: { Type: 'Pass', Result: 2, End: true } }),
        ],
        { Parameters: { 'x.$': '$.n' }, ResultSelector: { 'all.$': '$' }, ResultPath: '$.r' },
      ),
      { n: 1 },
    );
    expect(output).toEqual({ n: 1, r: { all: [{ x: 1 }, 2] } });
  });

  test('history of a success', async () => {
    const { events } = await execute(parallel([graph({ A: pass }), graph({ B: pass })]));
    expect(chain(events)).toEqual([
      '1<0 ExecutionStarted',
      '2<0 ParallelStateEntered',
      '3<2 ParallelStateStarted',
      '4<3 PassStateEntered',
      '5<4 PassStateExited',
      '6<3 PassStateEntered',
      '7<6 PassStateExited',
      '8<7 ParallelStateSucceeded',
      '9<7 ParallelStateExited',
      '10<9 ExecutionSucceeded',
    ]);
  });

  test('the first failure ends the others, and cancels their jobs', async () => {
    const cancelled: string[] = [];
    const tasks = (resource: { kind: string }): TaskHandler =>
      resource.kind === 'lambda'
        ? failing
        : {
            run: () => new Promise(() => {}),
            cancel: async ({ stateName }) => void cancelled.push(stateName),
          };
    const { events, error } = await execute(
      parallel([
        graph({ Job: { Type: 'Task', Resource: job, End: true } }),
        graph({ Wait: { Type: 'Wait', Seconds: 60, End: true } }),
        graph({
          Inner: {
            Type: 'Parallel',
            Branches: [graph({ Deep: { Type: 'Wait', Seconds: 60, End: true } })],
            End: true,
          },
        }),
        graph({ Fail: { Type: 'Task', Resource: lambda, End: true } }),
      ]),
      {},
      { tasks },
    );
    expect(error).toBe('Broken');
    expect(cancelled).toEqual(['Job']);
    expect(typesOf(events).slice(-8)).toEqual([
      ...[
        'LambdaFunctionFailed',
        'TaskStateAborted',
        'WaitStateAborted',
        'WaitStateAborted',
        'ParallelStateAborted',
      ],
      ...['TaskStateAborted', 'ParallelStateFailed', 'ExecutionFailed'],
    ]);
  });

  test('is retried as a whole, then caught', async () => {
    const fields = {
      Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['Broken'], Next: 'C' }],
      Next: 'C',
    };
    const machine = graph({
      P: { Type: 'Parallel', Branches: [graph({ F: { Type: 'Fail', Error: 'Broken' } })], ...fields },
      C: pass,
    });
    const { events, output } = await execute(machine);
    expect(output).toEqual({ Error: 'Broken', Cause: '' });
    expect(chain(events).slice(2)).toEqual([
      '3<2 ParallelStateStarted',
      '4<3 FailStateEntered',
      '5<4 ParallelStateStarted',
      '6<5 FailStateEntered',
      '7<6 ParallelStateFailed',
      '8<7 ParallelStateExited',
      '9<8 PassStateEntered',
      '10<9 PassStateExited',
      '11<10 ExecutionSucceeded',
    ]);
  });

  test('an error of the definition inside a branch is never caught', async () => {
    const machine = graph({
      P: {
        Type: 'Parallel',
        Branches: [graph({ X: { ...pass, InputPath: '$.no' } })],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }],
        End: true,
      },
      C: pass,
    });
    expect(await execute(machine)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });
});

describe('Map', () => {
  test.each<[string, JsonObject, Json, Json]>([
    ['an array', {}, [1, 2], [1, 2]],
    ['an empty array', {}, [], []],
    ['ItemsPath', { ItemsPath: '$.l' }, { l: ['a'] }, ['a']],
    [
      'an object',
      {},
      { k: 1, l: 2 },
      [
        { Key: 'k', Value: 1 },
        { Key: 'l', Value: 2 },
      ],
    ],
    [
      'ItemSelector',
      {
        InputPath: '$.in',
        ItemsPath: '$.l',
        ItemSelector: { 'v.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index', 'c.$': '$.c' },
      },
      { in: { l: ['a', 'b'], c: 9 } },
      [
        { v: 'a', i: 0, c: 9 },
        { v: 'b', i: 1, c: 9 },
      ],
    ],
    [
      'ItemSelector of an object',
      { ItemSelector: { 'k.$': '$$.Map.Item.Key', 'v.$': '$$.Map.Item.Value' } },
      { x: 1 },
      [{ k: 'x', v: 1 }],
    ],
  ])('%s', async (_, fields, input, expected) => {
    expect(await execute(map(graph({ P: pass }), fields), input)).toMatchObject({
      status: 'SUCCEEDED',
      output: expected,
    });
  });

  test('JSONata Items and ItemSelector', async () => {
    const state = {
      Items: '{% $states.input.l %}',
      ItemSelector: { n: '{% $states.context.Map.Item.Value * 2 %}' },
      ItemProcessor: graph({ P: { ...pass, Output: '{% $states.input.n %}' } }),
      Output: '{% $sum($states.result) %}',
    };
    const { output } = await execute(single({ Type: 'Map', ...state }, { QueryLanguage: 'JSONata' }), {
      l: [1, 2, 3],
    });
    expect(output).toBe(12);
  });

  test('the item is in the context of the states inside', async () => {
    const { output } = await execute(
      map(graph({ P: { ...pass, Parameters: { 'i.$': '$$.Map.Item.Index' } } })),
      ['a', 'b'],
    );
    expect(output).toEqual([{ i: 0 }, { i: 1 }]);
  });

  test.each<[string, JsonObject, Json, string]>([
    ['no collection', {}, 5, 'Reference path "$" must point to array.'],
    ['a path to nothing', { ItemsPath: '$.no' }, {}, "Invalid path '$.no'"],
    [
      'a negative concurrency',
      { MaxConcurrencyPath: '$[0]' },
      [-1],
      'MaxConcurrency must be zero or positive',
    ],
  ])('%s fails', async (_, fields, input, expected) => {
    const ending = await execute(map(graph({ P: pass }), fields), input);
    expect(ending).toMatchObject({ error: 'States.Runtime', cause: expect.stringContaining(expected) });
  });

  test('runs as many iterations at once as allowed', async () => {
    let running = 0;
    let most = 0;
    const fixture = engineFixture({
      tasks: () => ({
        run: async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise<void>((resolve) => fixture.clock.at(fixture.clock.now() + 1000, resolve));
          running -= 1;
          return { output: null };
        },
      }),
    });
    const processor = graph({ T: { Type: 'Task', Resource: lambda, End: true } });
    const run = async (MaxConcurrency: number, items: number): Promise<number> => {
      most = 0;
      const arn = await fixture.start(
        map(processor, { MaxConcurrency }),
        Array.from({ length: items }, (_, i) => i),
        `run-${MaxConcurrency}`,
      );
      expect((await fixture.finish(arn)).status).toBe('SUCCEEDED');
      return most;
    };
    expect(await run(1, 5)).toBe(1);
    expect(await run(3, 8)).toBe(3);
    expect(await run(0, 100)).toBe(40);
    fixture.engine.close();
  });

  test('a failed iteration ends the others and the state', async () => {
    const processor = graph({
      C: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 2, Next: 'L' }], Default: 'W' },
      L: { Type: 'Wait', Seconds: 1, Next: 'F' },
      F: { Type: 'Fail', Error: 'Two' },
      W: { Type: 'Wait', Seconds: 9, End: true },
    });
    const { events, error } = await execute(map(processor), [1, 2, 3]);
    expect(error).toBe('Two');
    expect(typesOf(events).slice(-7)).toEqual([
      ...[
        'MapIterationAborted',
        'WaitStateAborted',
        'MapIterationFailed',
        'MapIterationAborted',
        'WaitStateAborted',
      ],
      ...['MapStateFailed', 'ExecutionFailed'],
    ]);
  });

  test('nested iterations', async () => {
    const inner = { Type: 'Map', ItemProcessor: graph({ P: pass }), End: true };
    expect((await execute(map(graph({ M: inner })), [[1, 2], [3]])).output).toEqual([[1, 2], [3]]);
  });
});

describe('variables', () => {
  test('are read from outside and stay inside', async () => {
    const machine = graph({
      A: { Type: 'Pass', Assign: { outer: 1 }, Next: 'M' },
      M: {
        Type: 'Map',
        ItemProcessor: graph({
          I: { Type: 'Pass', Assign: { 'inner.$': '$' }, Next: 'J' },
          J: { ...pass, Parameters: { 'o.$': '$outer', 'i.$': '$inner' } },
        }),
        Assign: { 'all.$': '$' },
        Next: 'Z',
      },
      Z: { ...pass, Parameters: { 'all.$': '$all' } },
    });
    expect((await execute(machine, [5, 6])).output).toEqual({
      all: [
        { o: 1, i: 5 },
        { o: 1, i: 6 },
      ],
    });
  });

  test('of a branch are unknown outside', async () => {
    const machine = graph({
      P: { Type: 'Parallel', Branches: [graph({ A: { ...pass, Assign: { x: 1 } } })], Next: 'Z' },
      Z: { ...pass, Parameters: { 'x.$': '$x' } },
    });
    expect(await execute(machine)).toMatchObject({ error: 'States.Runtime' });
  });

  test('of an outer scope cannot be assigned in an inner one', async () => {
    const machine = graph({
      A: { Type: 'Pass', Assign: { x: 1 }, Next: 'P' },
      P: { Type: 'Parallel', Branches: [graph({ B: { ...pass, Assign: { x: 2 } } })], End: true },
    });
    const { error, cause } = await execute(machine);
    expect(error).toBe('States.Runtime');
    expect(cause).toContain("The variable 'x' belongs to an outer scope");
  });

  test('have the payload quota', async () => {
    const machine = single({ Type: 'Pass', Assign: { 'a.$': '$', 'b.$': '$' }, OutputPath: null });
    const { error } = await execute(machine, 'x'.repeat(140_000));
    expect(error).toBe('States.DataLimitExceeded');
  });

  test('appear in the exit event as JSON texts', async () => {
    const { events } = await execute(single({ Type: 'Pass', Assign: { n: 1, s: 'x' } }));
    expect(events[2]).toMatchObject({
      stateExitedEventDetails: {
        assignedVariables: { n: '1', s: '"x"' },
        assignedVariablesDetails: { truncated: false },
      },
    });
  });
});

test('a task in a branch is answered while another branch waits', async () => {
  const fixture = engineFixture({ tasks: () => answering(() => 'fast') });
  const arn = await fixture.start(
    parallel([
      graph({ T: { Type: 'Task', Resource: lambda, End: true } }),
      graph({ W: { Type: 'Wait', Seconds: 60, End: true } }),
    ]),
  );
  expect(toEnding(await fixture.finish(arn)).output).toEqual(['fast', {}]);
  const types = typesOf(fixture.history(arn));
  expect(types.indexOf('TaskStateExited')).toBeLessThan(types.indexOf('WaitStateExited'));
  fixture.engine.close();
});
