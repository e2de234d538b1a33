import { describe, expect, test } from 'vitest';
import {
  answering,
  type Ending,
  engineFixture,
  execute,
  single,
  toEnding,
  typesOf,
} from '../../test/support/engine-fixture.ts';
import {
  InvalidTokenError,
  type Json,
  type JsonObject,
  type TaskAttempt,
  TaskCancelled,
  TaskError,
  type TaskHandler,
  TaskTimedOutError,
} from '../index.ts';

const lambda = 'arn:aws:lambda:us-east-1:111111111111:function:f';
const invoke = 'arn:aws:states:::lambda:invoke';
const job = 'arn:aws:states:::sagemaker:createTrainingJob.sync';
const message = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
const activity = 'arn:aws:states:us-east-1:111111111111:activity:a';

/** A task that the test ends itself. */
function heldTask() {
  const { promise: begun, resolve: begin } = Promise.withResolvers<TaskAttempt>();
  const handler: TaskHandler = {
    run: (attempt) => {
      begin(attempt);
      return new Promise(() => {});
    },
  };
  return { handler, begun };
}

describe('events', () => {
  const run = (resource: string, handler: TaskHandler) =>
    execute(single({ Type: 'Task', Resource: resource }), { in: 1 }, { tasks: () => handler });

  test('of a Lambda function', async () => {
    const { events, output } = await run(
      lambda,
      answering(() => 'out'),
    );
    expect(output).toBe('out');
    expect(events.slice(2, 5)).toMatchObject([
      {
        type: 'LambdaFunctionScheduled',
        lambdaFunctionScheduledEventDetails: { resource: lambda, input: '{"in":1}' },
      },
      { type: 'LambdaFunctionStarted' },
      { type: 'LambdaFunctionSucceeded', lambdaFunctionSucceededEventDetails: { output: '"out"' } },
    ]);
  });

  test('of a service', async () => {
    const { events } = await run(
      invoke,
      answering(() => ({})),
    );
    expect(events.slice(2, 5)).toMatchObject([
      {
        type: 'TaskScheduled',
        taskScheduledEventDetails: {
          resourceType: 'lambda',
          resource: 'invoke',
          region: 'us-east-1',
          parameters: '{"in":1}',
        },
      },
      { type: 'TaskStarted', taskStartedEventDetails: { resourceType: 'lambda', resource: 'invoke' } },
      { type: 'TaskSucceeded' },
    ]);
  });

  test('of a job', async () => {
    const handler: TaskHandler = {
      run: async (attempt) => {
        await attempt.submitted({ TrainingJobArn: 'arn' });
        return { output: { TrainingJobStatus: 'Completed' } };
      },
    };
    const { events, output } = await run(job, handler);
    expect(output).toEqual({ TrainingJobStatus: 'Completed' });
    expect(events.slice(4, 6)).toMatchObject([
      {
        type: 'TaskSubmitted',
        taskSubmittedEventDetails: {
          resourceType: 'sagemaker',
          resource: 'createTrainingJob.sync',
          output: '{"TrainingJobArn":"arn"}',
        },
      },
      { type: 'TaskSucceeded' },
    ]);
  });

  test('of a failure', async () => {
    const failing: TaskHandler = {
      run: async () => {
        throw new TaskError('My.Error', 'because');
      },
    };
    expect(await run(lambda, failing)).toMatchObject({
      status: 'FAILED',
      error: 'My.Error',
      cause: 'because',
    });
    const { events } = await run(invoke, failing);
    expect(events.at(-2)).toMatchObject({
      type: 'TaskFailed',
      taskFailedEventDetails: {
        resourceType: 'lambda',
        resource: 'invoke',
        error: 'My.Error',
        cause: 'because',
      },
    });
  });

  test('of an error that is no TaskError', async () => {
    const throwing: TaskHandler = {
      run: () => {
        throw new Error('boom');
      },
    };
    expect(await run(invoke, throwing)).toMatchObject({ error: 'States.TaskFailed', cause: 'boom' });
  });
});

test('what a handler receives', async () => {
  let seen: TaskAttempt | undefined;
  const handler: TaskHandler = {
    run: async (attempt) => {
      seen = attempt;
      return { output: null };
    },
  };
  await execute(
    single({
      Type: 'Task',
      Resource: job,
      Parameters: { 'n.$': '$.n' },
      TimeoutSecondsPath: '$.timeout',
      HeartbeatSeconds: 5,
      Credentials: { 'RoleArn.$': '$.role' },
    }),
    { n: 1, timeout: 60, role: 'arn:aws:iam::222222222222:role/other' },
    { tasks: () => handler },
  );
  expect(seen).toMatchObject({
    resource: {
      kind: 'service',
      service: 'sagemaker',
      action: 'createTrainingJob',
      pattern: 'sync',
      arn: job,
    },
    parameters: { n: 1 },
    stateName: 'S',
    executionArn: 'arn:aws:states:us-east-1:111111111111:execution:machine:run',
    roleArn: 'arn:aws:iam::111111111111:role/machine',
    credentialsRoleArn: 'arn:aws:iam::222222222222:role/other',
    timeoutSeconds: 60,
    heartbeatSeconds: 5,
    attempt: 0,
    resumed: undefined,
  });
  expect(seen?.token).toMatch(/^[\w-]{43}$/);
});

test('a resource that nobody handles fails before it is scheduled', async () => {
  const { events, error, cause } = await execute(single({ Type: 'Task', Resource: invoke }));
  expect(typesOf(events)).toEqual(['ExecutionStarted', 'TaskStateEntered', 'ExecutionFailed']);
  expect([error, cause]).toEqual([
    'States.Runtime',
    "An error occurred while executing the state 'S' (entered at the event id #2). The resource arn:aws:states:::lambda:invoke is not supported by this version.",
  ]);
});

test('a result beyond the quota fails the task', async () => {
  const tasks = () => answering(() => 'x'.repeat(500));
  const { error, cause, events } = await execute(
    single({ Type: 'Task', Resource: lambda }),
    {},
    { tasks, limits: { payloadBytes: 400 } },
  );
  expect(error).toBe('States.DataLimitExceeded');
  expect(cause).toBe(
    `The state/task '${lambda}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
  expect(typesOf(events)).toContain('LambdaFunctionFailed');
});

describe('timeouts', () => {
  const timedOut = (
    fields: JsonObject,
    resource = lambda,
  ): Promise<Ending & { events: { type: string }[] }> =>
    execute(single({ Type: 'Task', Resource: resource, ...fields }), {}, { tasks: () => heldTask().handler });

  test('end the wait for a result', async () => {
    const { error, cause, events } = await timedOut({ TimeoutSeconds: 5 });
    expect([error, cause]).toEqual(['States.Timeout', undefined]);
    expect(typesOf(events as never).slice(-2)).toEqual(['LambdaFunctionTimedOut', 'ExecutionFailed']);
  });

  test('are not scaled', async () => {
    const fixture = engineFixture({ timeScale: 60, tasks: () => heldTask().handler });
    const begin = fixture.clock.now();
    await fixture.finish(
      await fixture.start(single({ Type: 'Task', Resource: lambda, TimeoutSeconds: 300 })),
    );
    expect(fixture.clock.now() - begin).toBe(300_000);
    fixture.engine.close();
  });

  test('can be caught, a missed heartbeat under either name', async () => {
    const caught = { Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'S2' }], HeartbeatSeconds: 5 };
    const machine = {
      StartAt: 'S',
      States: {
        S: { Type: 'Task', Resource: message, End: true, ...caught },
        S2: { Type: 'Pass', End: true },
      },
    };
    const { output, events } = await execute(machine, {}, { tasks: () => answering(() => 'sent') });
    expect(output).toEqual({ Error: 'States.Timeout', Cause: '' });
    expect(typesOf(events)).toContain('TaskTimedOut');
  });

  test('abort the signal and cancel a submitted job', async () => {
    const { promise: cancelled, resolve: cancel } = Promise.withResolvers<Json | undefined>();
    let reason: unknown;
    const handler: TaskHandler = {
      run: async (attempt) => {
        attempt.signal.addEventListener('abort', () => {
          reason = attempt.signal.reason;
        });
        await attempt.submitted({ TrainingJobName: 'j' });
        return new Promise(() => {});
      },
      cancel: async ({ response }) => cancel(response),
    };
    await timedOutWith(handler);
    expect(await cancelled).toEqual({ TrainingJobName: 'j' });
    expect(reason).toBeInstanceOf(TaskCancelled);
    expect(reason).toMatchObject({ reason: 'timeout' });
  });

  async function timedOutWith(handler: TaskHandler): Promise<void> {
    await execute(single({ Type: 'Task', Resource: job, TimeoutSeconds: 5 }), {}, { tasks: () => handler });
  }
});

describe('task tokens', () => {
  test('end the task; the response is recorded as its submission', async () => {
    const fixture = engineFixture({ tasks: () => answering((parameters) => ({ sent: parameters })) });
    const arn = await fixture.start(
      single({ Type: 'Task', Resource: message, Parameters: { 'token.$': '$$.Task.Token' } }),
    );
    const token = await tokenOf(fixture, arn);
    await fixture.engine.succeedTask(token, { answer: 42 });
    expect(toEnding(await fixture.finish(arn))).toEqual({ status: 'SUCCEEDED', output: { answer: 42 } });
    expect(typesOf(fixture.history(arn))).toEqual([
      ...[
        'ExecutionStarted',
        'TaskStateEntered',
        'TaskScheduled',
        'TaskStarted',
        'TaskSubmitted',
        'TaskSucceeded',
      ],
      ...['TaskStateExited', 'ExecutionSucceeded'],
    ]);
    await expect(fixture.engine.succeedTask(token, {})).rejects.toBeInstanceOf(TaskTimedOutError);
    await expect(fixture.engine.succeedTask('other', {})).rejects.toBeInstanceOf(InvalidTokenError);
    fixture.engine.close();
  });

  test('fail the task', async () => {
    const fixture = engineFixture({ tasks: () => answering(() => null) });
    const arn = await fixture.start(
      single({ Type: 'Task', Resource: message, Parameters: { 'token.$': '$$.Task.Token' } }),
    );
    await fixture.engine.failTask(await tokenOf(fixture, arn), { error: 'Refused', cause: 'no' });
    expect(toEnding(await fixture.finish(arn))).toMatchObject({ error: 'Refused', cause: 'no' });
    fixture.engine.close();
  });

  test('the first result counts, whatever comes from where', async () => {
    const held = heldTask();
    const fixture = engineFixture({ tasks: () => held.handler });
    const arn = await fixture.start(single({ Type: 'Task', Resource: job }));
    const { token } = await held.begun;
    const answers = await Promise.allSettled([
      fixture.engine.succeedTask(token, 'first'),
      fixture.engine.failTask(token, { error: 'Second' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(toEnding(await fixture.finish(arn)).output).toBe('first');
    fixture.engine.close();
  });

  test('heartbeats extend the time', async () => {
    const held = heldTask();
    const fixture = engineFixture({ tasks: () => held.handler });
    const arn = await fixture.start(single({ Type: 'Task', Resource: activity, HeartbeatSeconds: 10 }));
    const { token } = await held.begun;
    const begin = fixture.clock.now();
    await fixture.skipUntil(new Promise<void>((resolve) => fixture.clock.at(begin + 8_000, resolve)));
    await fixture.engine.heartbeatTask(token);
    expect(toEnding(await fixture.finish(arn)).error).toBe('States.Timeout');
    expect(fixture.clock.now() - begin).toBe(18_000);
    fixture.engine.close();
  });

  async function tokenOf(fixture: ReturnType<typeof engineFixture>, arn: string): Promise<string> {
    const submitted = new Promise<string>((resolve) => {
      const look = (): void => {
        const events = fixture.history(arn);
        const scheduled = events.find(({ type }) => type === 'TaskScheduled');
        const details = scheduled?.taskScheduledEventDetails as { parameters: string } | undefined;
        if (details !== undefined && typesOf(events).includes('TaskSubmitted')) {
          resolve((JSON.parse(details.parameters) as { token: string }).token);
        } else setImmediate(look);
      };
      look();
    });
    return submitted;
  }
});

test('an activity starts when a worker takes its task', async () => {
  const held = heldTask();
  const fixture = engineFixture({ tasks: () => ({ run: (attempt) => held.handler.run(attempt) }) });
  const arn = await fixture.start(single({ Type: 'Task', Resource: activity }), 'work');
  const attempt = await held.begun;
  expect(typesOf(fixture.history(arn))).not.toContain('ActivityStarted');
  await attempt.started('worker-1');
  expect(fixture.history(arn).at(-1)).toMatchObject({
    type: 'ActivityStarted',
    activityStartedEventDetails: { workerName: 'worker-1' },
  });
  await fixture.engine.succeedTask(attempt.token, 'done');
  expect(toEnding(await fixture.finish(arn)).output).toBe('done');
  expect(typesOf(fixture.history(arn))).toContain('ActivitySucceeded');
  fixture.engine.close();
});
