import { describe, expect, test } from 'vitest';
import { answering, execute, single, typesOf } from '../../test/support/engine-fixture.ts';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import { type JsonObject, TaskError } from '../index.ts';

const lambda = 'arn:aws:lambda:us-east-1:111111111111:function:f';

/** Runs a task that fails with these errors, one call after the other, then succeeds. */
async function attempt(fields: JsonObject, errors: string[], { timeScale = 1, random = () => 0.5 } = {}) {
  const clock = new VirtualClock();
  const begin = clock.now();
  const calls: number[] = [];
  const tasks = () =>
    answering((_, call) => {
      calls.push((clock.now() - begin) / 1000);
      const error = errors[call - 1];
      if (error !== undefined) throw new TaskError(error, 'c');
      return 'ok';
    });
  const handler = tasks();
  const machine = {
    StartAt: 'S',
    States: {
      S: { Type: 'Task', Resource: lambda, End: true, ...fields },
      Caught: { Type: 'Pass', End: true },
    },
  };
  const reachable = 'Catch' in fields ? machine : single({ Type: 'Task', Resource: lambda, ...fields });
  const ending = await execute(reachable, { in: 1 }, { tasks: () => handler, clock, timeScale, random });
  return { ...ending, calls };
}

describe('intervals', () => {
  test.each<[string, JsonObject, number[]]>([
    ['defaults', {}, [0, 1, 3, 7]],
    ['constant', { IntervalSeconds: 3, BackoffRate: 1 }, [0, 3, 6, 9]],
    ['limited', { IntervalSeconds: 3, MaxDelaySeconds: 5 }, [0, 3, 8, 13]],
    ['with jitter', { IntervalSeconds: 4, BackoffRate: 1, JitterStrategy: 'FULL' }, [0, 2, 4, 6]],
  ])('%s', async (_, retrier, expected) => {
    const { calls, error } = await attempt({ Retry: [{ ErrorEquals: ['E'], ...retrier }] }, [
      'E',
      'E',
      'E',
      'E',
    ]);
    expect(error).toBe('E');
    expect(calls).toEqual(expected);
  });
});

describe('attempts', () => {
  const retry = (ErrorEquals: string[], MaxAttempts: number): JsonObject => ({
    ErrorEquals,
    MaxAttempts,
    BackoffRate: 1,
  });

  test.each<[string, JsonObject[], string[], number, boolean]>([
    ['none', [retry(['E'], 0)], ['E'], 1, false],
    ['enough', [retry(['E'], 2)], ['E', 'E'], 3, true],
    ['too few', [retry(['E'], 1)], ['E', 'E'], 2, false],
    ['another error', [retry(['E'], 3)], ['F'], 1, false],
    ['each retrier counts for itself', [retry(['E'], 1), retry(['F'], 1)], ['E', 'F'], 3, true],
    ['the first that fits decides', [retry(['E'], 1), retry(['States.ALL'], 5)], ['E', 'E'], 2, false],
    ['a wildcard', [retry(['States.ALL'], 2)], ['E', 'F'], 3, true],
    ['TaskFailed', [retry(['States.TaskFailed'], 1)], ['E'], 2, true],
    ['not for Timeout', [retry(['States.TaskFailed'], 1)], ['States.Timeout'], 1, false],
    ['never for Runtime', [retry(['States.ALL'], 3)], ['States.Runtime'], 1, false],
  ])('%s', async (_, retriers, errors, expectedCalls, succeeds) => {
    const { calls, status } = await attempt({ Retry: retriers }, errors);
    expect(calls).toHaveLength(expectedCalls);
    expect(status).toBe(succeeds ? 'SUCCEEDED' : 'FAILED');
  });

  test('are counted in the context object, and the input stays', async () => {
    const seen: unknown[] = [];
    const handler = answering((parameters, call) => {
      seen.push(parameters);
      if (call < 3) throw new TaskError('E');
      return 'ok';
    });
    const fields = {
      Parameters: { 'n.$': '$$.State.RetryCount', 'in.$': '$.in' },
      Retry: [{ ErrorEquals: ['E'] }],
    };
    const { events } = await execute(
      single({ Type: 'Task', Resource: lambda, ...fields }),
      { in: 1 },
      { tasks: () => handler },
    );
    expect(seen).toEqual([0, 1, 2].map((n) => ({ n, in: 1 })));
    expect(typesOf(events).filter((type) => type === 'LambdaFunctionScheduled')).toHaveLength(3);
    expect(typesOf(events).filter((type) => type === 'TaskStateEntered')).toHaveLength(1);
  });
});

describe('scaled time', () => {
  test('a polled job outlasts the scaled attempts, as it would the unscaled ones', async () => {
    // 10 attempts 30 s apart allow 300 s; sixty times faster they would be over after 5 s.
    const pending = Array.from({ length: 400 }, () => 'Pending');
    const fields = {
      Retry: [{ ErrorEquals: ['Pending'], IntervalSeconds: 30, BackoffRate: 1, MaxAttempts: 10 }],
    };
    const { calls, status } = await attempt(fields, pending, { timeScale: 60 });
    expect(status).toBe('SUCCEEDED');
    expect(calls.at(-1)).toBe(200);
  });

  test('a job that takes longer than all attempts allow fails after the same time', async () => {
    const pending = Array.from({ length: 1000 }, () => 'Pending');
    const fields = {
      Retry: [{ ErrorEquals: ['Pending'], IntervalSeconds: 30, BackoffRate: 1, MaxAttempts: 10 }],
    };
    const { calls, error } = await attempt(fields, pending, { timeScale: 60 });
    expect(error).toBe('Pending');
    expect(calls.at(-1)).toBe(300);
  });

  test('each retrier counts its time from its own first use', async () => {
    const errors = [
      ...Array.from({ length: 500 }, () => 'Pending'),
      ...Array.from({ length: 1000 }, () => 'Busy'),
    ];
    const interval = { IntervalSeconds: 30, BackoffRate: 1, MaxAttempts: 10 };
    const fields = {
      Retry: [
        { ErrorEquals: ['Pending'], ...interval },
        { ErrorEquals: ['Busy'], ...interval },
      ],
    };
    const { calls, error } = await attempt(fields, errors, { timeScale: 60 });
    expect(error).toBe('Busy');
    expect(calls.at(-1)).toBe(250 + 300);
  });

  test('growing delays add few attempts', async () => {
    const errors = Array.from({ length: 100 }, () => 'E');
    const fields = { Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 2, MaxAttempts: 3 }] };
    const { calls } = await attempt(fields, errors, { timeScale: 60 });
    expect(calls.length).toBeLessThan(12);
  });
});

describe('Catch', () => {
  const caught = (fields: JsonObject) =>
    attempt({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught', ...fields }] }, ['E']);

  test.each<[string, JsonObject, unknown]>([
    ['replaces the input', {}, { Error: 'E', Cause: 'c' }],
    ['keeps the input', { ResultPath: '$.problem' }, { in: 1, problem: { Error: 'E', Cause: 'c' } }],
    ['drops the error', { ResultPath: null }, { in: 1 }],
  ])('%s', async (_, fields, expected) => {
    expect((await caught(fields)).output).toEqual(expected);
  });

  test('follows exhausted retriers, and only for its errors', async () => {
    const Retry = [{ ErrorEquals: ['E'], MaxAttempts: 1 }];
    const Catch = [
      { ErrorEquals: ['F'], Next: 'Caught' },
      { ErrorEquals: ['E'], Next: 'Caught' },
    ];
    expect(await attempt({ Retry, Catch }, ['E', 'E'])).toMatchObject({
      status: 'SUCCEEDED',
      output: { Error: 'E' },
    });
    expect(await attempt({ Retry, Catch }, ['G'])).toMatchObject({ status: 'FAILED', error: 'G' });
  });

  test('has Output and Assign in JSONata', async () => {
    const { output } = await execute(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'S',
        States: {
          S: {
            Type: 'Task',
            Resource: lambda,
            Catch: [
              {
                ErrorEquals: ['States.ALL'],
                Output: { was: '{% $states.input.in %}', error: '{% $states.errorOutput.Error %}' },
                Assign: { why: '{% $states.errorOutput.Cause %}' },
                Next: 'P',
              },
            ],
            End: true,
          },
          P: { Type: 'Pass', Output: { before: '{% $states.input %}', why: '{% $why %}' }, End: true },
        },
      },
      { in: 1 },
      {
        tasks: () =>
          answering(() => {
            throw new TaskError('E', 'c');
          }),
      },
    );
    expect(output).toEqual({ before: { was: 1, error: 'E' }, why: 'c' });
  });

  test('takes evaluation errors too', async () => {
    const { output, events } = await execute(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'S',
        States: {
          S: {
            Type: 'Task',
            Resource: lambda,
            Output: '{% $states.result.nope %}',
            Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'P' }],
            End: true,
          },
          P: { Type: 'Pass', End: true },
        },
      },
      {},
      { tasks: () => answering(() => ({})) },
    );
    expect(output).toMatchObject({ Error: 'States.QueryEvaluationError' });
    expect(events.find(({ type }) => type === 'EvaluationFailed')).toMatchObject({
      evaluationFailedEventDetails: { state: 'S', location: 'Output', error: 'States.QueryEvaluationError' },
    });
  });

  test('that fails itself fails the execution', async () => {
    const broken = await attempt(
      {
        QueryLanguage: 'JSONata',
        Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.nope %}', Next: 'Caught' }],
      },
      ['E'],
    );
    expect(broken).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(broken.cause).toContain("field 'Catch[0]/Output'");
  });
});
