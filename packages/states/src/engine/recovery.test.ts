import { describe, expect, test } from 'vitest';
import { engineFixture, single, toEnding, typesOf } from '../../test/support/engine-fixture.ts';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import {
  type JsonObject,
  memoryStore,
  RunHaltedError,
  type Store,
  type TaskCancelled,
  type TaskHandler,
} from '../index.ts';

const job = 'arn:aws:states:::sagemaker:createTrainingJob.sync';
const waiting: JsonObject = single({ Type: 'Wait', Seconds: 60 });

describe('a new engine on the same store', () => {
  test('takes up a wait at its absolute time', async () => {
    const store = memoryStore();
    const clock = new VirtualClock();
    const begin = clock.now();
    const first = engineFixture({ store, clock });
    const arn = await first.start(waiting);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    first.engine.close();
    const second = engineFixture({ store, clock: new VirtualClock(begin + 40_000) });
    second.engine.recover();
    second.engine.recover();
    expect((await second.finish(arn)).status).toBe('SUCCEEDED');
    expect(second.clock.now() - begin).toBe(60_000);
    second.engine.close();
  });

  test('attaches to a submitted job instead of submitting it again', async () => {
    const store = memoryStore();
    const tokens: string[] = [];
    const { promise: submitted, resolve: submit } = Promise.withResolvers<void>();
    const { promise: left, resolve: leave } = Promise.withResolvers<unknown>();
    const before: TaskHandler = {
      run: async (attempt) => {
        tokens.push(attempt.token);
        attempt.signal.addEventListener('abort', () => leave(attempt.signal.reason));
        await attempt.submitted({ JobName: 'j' });
        submit();
        return new Promise(() => {});
      },
    };
    const after: TaskHandler = {
      run: async (attempt) => {
        tokens.push(attempt.token);
        return { output: { resumed: attempt.resumed ?? null } };
      },
    };
    const first = engineFixture({ store, tasks: () => before });
    const arn = await first.start(single({ Type: 'Task', Resource: job }));
    await submitted;
    first.engine.close();
    expect(await left).toMatchObject({ reason: 'closed' } satisfies Partial<TaskCancelled>);
    const second = engineFixture({ store, tasks: () => after });
    second.engine.recover();
    expect(toEnding(await second.finish(arn)).output).toEqual({ resumed: { JobName: 'j' } });
    expect(tokens[0]).toBe(tokens[1]);
    expect(typesOf(second.history(arn)).filter((type) => type === 'TaskSubmitted')).toHaveLength(1);
    second.engine.close();
  });
});

test('a task whose handler is gone after a restart fails', async () => {
  const store = memoryStore();
  const { promise: called, resolve: call } = Promise.withResolvers<void>();
  const handler: TaskHandler = {
    run: () => {
      call();
      return new Promise(() => {});
    },
  };
  const first = engineFixture({ store, tasks: () => handler });
  const arn = await first.start(single({ Type: 'Task', Resource: job }));
  await called;
  first.engine.close();
  const second = engineFixture({ store });
  second.engine.recover();
  expect(toEnding(await second.finish(arn))).toEqual({
    status: 'FAILED',
    error: 'States.Runtime',
    cause: `The resource ${job} is not supported by this version.`,
  });
  expect(second.faults).toEqual([]);
  second.engine.close();
});

describe('faults', () => {
  test('of the store leave the execution to the next recovery', async () => {
    const inner = memoryStore();
    let broken = false;
    const store: Store = {
      ...inner,
      transaction: (write) => (broken ? Promise.reject(new Error('disk full')) : inner.transaction(write)),
    };
    const fixture = engineFixture({ store });
    const arn = await fixture.start(waiting);
    await new Promise(setImmediate);
    broken = true;
    fixture.clock.skip();
    await new Promise(setImmediate);
    expect(fixture.faults).toMatchObject([{ message: 'disk full' }]);
    expect(fixture.engine.describe(arn)?.status).toBe('RUNNING');
    broken = false;
    fixture.engine.recover();
    expect((await fixture.finish(arn)).status).toBe('SUCCEEDED');
    fixture.engine.close();
  });

  test('of the store are told to whoever waits for an answer', async () => {
    const inner = memoryStore();
    let broken = false;
    const store: Store = {
      ...inner,
      transaction: (write) => (broken ? Promise.reject(new Error('disk full')) : inner.transaction(write)),
    };
    const fixture = engineFixture({ store });
    const arn = await fixture.start(waiting);
    await new Promise(setImmediate);
    broken = true;
    await expect(fixture.engine.stop(arn)).rejects.toThrow('disk full');
    broken = false;
    fixture.engine.recover();
    expect((await fixture.engine.stop(arn)).status).toBe('ABORTED');
    fixture.engine.close();
  });

  test('of an observer do not touch the execution', async () => {
    const fixture = engineFixture({
      onEvents: () => {
        throw new Error('observer');
      },
    });
    const arn = await fixture.start(single({ Type: 'Pass' }));
    expect((await fixture.finish(arn)).status).toBe('SUCCEEDED');
    expect(fixture.faults).toMatchObject([{ message: 'observer' }, { message: 'observer' }]);
    fixture.engine.close();
  });

  test('of one execution keep no other one from being recovered', async () => {
    const inner = memoryStore();
    const first = engineFixture({ store: inner });
    const [broken, sound] = [
      await first.start(waiting, {}, 'broken'),
      await first.start(waiting, {}, 'sound'),
    ];
    await new Promise(setImmediate);
    first.engine.close();
    const store: Store = { ...inner, flows: (arn) => (arn === broken ? [] : inner.flows(arn)) };
    const second = engineFixture({ store, clock: first.clock });
    second.engine.recover();
    expect(second.faults).toMatchObject([{ message: `execution ${broken} has no flows in the store` }]);
    expect((await second.finish(sound)).status).toBe('SUCCEEDED');
    await expect(second.engine.stop(broken)).rejects.toBeInstanceOf(RunHaltedError);
    second.engine.close();
  });
});
