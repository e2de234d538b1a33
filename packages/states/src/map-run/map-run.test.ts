import { describe, expect, test } from 'vitest';
import { bucket, distributed, graph, pass } from '../../test/support/distributed-map.ts';
import { answering, engineFixture, execute, toEnding, typesOf } from '../../test/support/engine-fixture.ts';
import { type Json, type JsonObject, memoryStore, TaskError, type TaskHandler } from '../index.ts';
import { toBatches } from './batches.ts';

const lambda = 'arn:aws:lambda:us-east-1:111111111111:function:f';

describe('batches', () => {
  test('hold as many items as allowed, and the batch input', async () => {
    const batcher = { ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { 'n.$': '$.n' } }, ItemsPath: '$.l' };
    expect((await execute(distributed(batcher), { l: [1, 2, 3], n: 9 })).output).toEqual([
      { BatchInput: { n: 9 }, Items: [1, 2] },
      { BatchInput: { n: 9 }, Items: [3] },
    ]);
  });

  test('hold as many bytes as allowed', () => {
    const items = ['aaaa', 'bbbb', 'cccc', 'd'.repeat(90)];
    const batches = toBatches(items, undefined, { maxItems: undefined, maxBytes: 30 });
    expect(batches).toEqual([{ Items: ['aaaa', 'bbbb'] }, { Items: ['cccc'] }, { Items: ['d'.repeat(90)] }]);
    for (const batch of batches.slice(0, 2)) expect(JSON.stringify(batch).length).toBeLessThanOrEqual(30);
  });
});

describe('children', () => {
  test('are executions of their own, listed by their map run', async () => {
    const store = memoryStore();
    const fixture = engineFixture({ store });
    const arn = await fixture.start(distributed({ Label: 'Shards' }), [{ n: 1 }, { n: 2 }]);
    expect(toEnding(await fixture.finish(arn)).output).toEqual([{ n: 1 }, { n: 2 }]);
    const started = fixture.history(arn).find(({ type }) => type === 'MapRunStarted');
    const details = started?.mapRunStartedEventDetails as { mapRunArn: string } | undefined;
    const mapRunArn = details?.mapRunArn ?? '';
    expect(mapRunArn).toMatch(/^arn:aws:states:us-east-1:111111111111:mapRun:machine\/Shards:[0-9a-f-]{36}$/);
    const children = store.mapRunChildren(mapRunArn, {});
    expect(children.map(({ input, status }) => [input, status])).toEqual([
      ['{"n":1}', 'SUCCEEDED'],
      ['{"n":2}', 'SUCCEEDED'],
    ]);
    expect(children[0]?.arn).toMatch(
      /^arn:aws:states:us-east-1:111111111111:execution:machine\/Shards:[0-9a-f-]{36}$/,
    );
    expect(typesOf(fixture.history(children[0]?.arn ?? ''))).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
    expect(store.mapRunCounts(mapRunArn)).toMatchObject({ succeeded: 2, total: 2, pending: 0 });
    fixture.engine.close();
  });

  test('do not see the variables of the parent', async () => {
    const machine = graph({
      A: { Type: 'Pass', Assign: { x: 1 }, Next: 'M' },
      M: (distributed({}, { P: { ...pass, Parameters: { 'x.$': '$x' } } })['States'] as JsonObject)[
        'S'
      ] as JsonObject,
    });
    expect(await execute(machine, [1])).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
  });

  test('of an empty dataset', async () => {
    expect(await execute(distributed({}), [])).toMatchObject({ status: 'SUCCEEDED', output: [] });
  });

  test('nested map runs', async () => {
    const inner = {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        ...graph({ P: pass }),
      },
      End: true,
    };
    expect((await execute(distributed({}, { M: inner }), [[1, 2], [3]])).output).toEqual([[1, 2], [3]]);
  });
});

describe('failures', () => {
  const failing = {
    F: { Type: 'Choice', Choices: [{ Variable: '$', NumericGreaterThan: 2, Next: 'X' }], Default: 'P' },
    X: { Type: 'Fail', Error: 'Big' },
    P: pass,
  };

  test.each<[string, JsonObject, string]>([
    ['none tolerated', {}, 'FAILED'],
    ['as many as tolerated', { ToleratedFailureCount: 2 }, 'SUCCEEDED'],
    ['more than tolerated', { ToleratedFailureCount: 1 }, 'FAILED'],
    ['a share that is tolerated', { ToleratedFailurePercentage: 50 }, 'SUCCEEDED'],
    ['a share that is not', { ToleratedFailurePercentage: 49.9 }, 'FAILED'],
  ])('%s', async (_, fields, status) => {
    const ending = await execute(distributed({ MaxConcurrency: 1, ...fields }, failing), [1, 2, 3, 4]);
    expect(ending.status).toBe(status);
    expect(typesOf(ending.events)).toContain(status === 'FAILED' ? 'MapRunFailed' : 'MapRunSucceeded');
    expect(ending.error).toBe(status === 'FAILED' ? 'States.ExceedToleratedFailureThreshold' : undefined);
  });

  test('appear among the results with what is known of them', async () => {
    const { output } = await execute(distributed({ ToleratedFailurePercentage: 100 }, failing), [1, 3]);
    expect(output).toMatchObject([1, { Status: 'FAILED', Error: 'Big', Input: '3' }]);
  });

  test('are redriven alone', async () => {
    let works = false;
    const seen: Json[] = [];
    const handler = answering((parameters) => {
      seen.push(parameters);
      if (parameters === 2 && !works) throw new TaskError('E');
      return parameters;
    });
    const fixture = engineFixture({ tasks: () => handler });
    const machine = distributed({ MaxConcurrency: 1 }, { T: { Type: 'Task', Resource: lambda, End: true } });
    const arn = await fixture.start(machine, [1, 2, 3]);
    expect(toEnding(await fixture.finish(arn)).error).toBe('States.ExceedToleratedFailureThreshold');
    works = true;
    await fixture.engine.redrive(arn);
    expect(toEnding(await fixture.finish(arn)).output).toEqual([1, 2, 3]);
    expect(seen.filter((item) => item === 1)).toHaveLength(1);
    expect(typesOf(fixture.history(arn))).toContain('MapRunRedriven');
    expect(fixture.faults).toEqual([]);
    fixture.engine.close();
  });

  test('of the reader are redriven by reading again', async () => {
    let content = async (): Promise<Uint8Array> => {
      throw new TaskError('S3.NoSuchKeyException', 'not yet');
    };
    const fixture = engineFixture({ objects: { ...bucket(), get: () => content() } });
    const machine = distributed({
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'JSON' },
        Parameters: { Bucket: 'b', Key: 'k' },
      },
    });
    const arn = await fixture.start(machine);
    expect(toEnding(await fixture.finish(arn)).error).toBe('States.ItemReaderFailed');
    content = async () => new TextEncoder().encode('[1, 2]');
    await fixture.engine.redrive(arn);
    expect(toEnding(await fixture.finish(arn)).output).toEqual([1, 2]);
    fixture.engine.close();
  });
});

describe('results', () => {
  const writer = (config?: JsonObject): JsonObject => ({
    ResultWriter: {
      Resource: 'arn:aws:states:::s3:putObject',
      Parameters: { 'Bucket.$': '$[0]', Prefix: 'out' },
      ...(config === undefined ? {} : { WriterConfig: config }),
    },
  });

  test('are written with a manifest', async () => {
    const objects = bucket();
    const { output } = await execute(distributed(writer()), ['results'], { objects });
    const { MapRunArn, ResultWriterDetails } = output as {
      MapRunArn: string;
      ResultWriterDetails: JsonObject;
    };
    const id = MapRunArn.split(':').at(-1);
    expect(ResultWriterDetails).toEqual({ Bucket: 'results', Key: `out/${id}/manifest.json` });
    const manifest = JSON.parse(objects.files.get(`out/${id}/manifest.json`) ?? '') as JsonObject;
    const file = objects.files.get(`out/${id}/SUCCEEDED_0.json`) ?? '';
    expect(manifest).toEqual({
      DestinationBucket: 'results',
      MapRunArn,
      ResultFiles: {
        FAILED: [],
        PENDING: [],
        SUCCEEDED: [{ Key: `out/${id}/SUCCEEDED_0.json`, Size: file.length }],
      },
    });
    expect(JSON.parse(file)).toMatchObject([
      { Status: 'SUCCEEDED', Input: '"results"', Output: '"results"', InputDetails: { Included: true } },
    ]);
  });

  test('are flattened into lines', async () => {
    const objects = bucket();
    await execute(
      distributed(
        {
          ...writer({ Transformation: 'FLATTEN', OutputType: 'JSONL' }),
          ItemSelector: { 'l.$': 'States.Array($$.Map.Item.Value, 1)' },
        },
        { P: { ...pass, OutputPath: '$.l' } },
      ),
      ['b'],
      { objects },
    );
    const lines = [...objects.files].find(([key]) => key.endsWith('SUCCEEDED_0.jsonl'));
    expect(lines?.[1]).toBe('"b"\n1\n');
  });

  test('are only formatted without a destination', async () => {
    const machine = distributed({ ResultWriter: { WriterConfig: { Transformation: 'FLATTEN' } } });
    expect((await execute(machine, [[1], [2, 3]])).output).toEqual([1, 2, 3]);
  });

  test('that cannot be written fail the state', async () => {
    const objects = {
      ...bucket(),
      put: async () => Promise.reject(new TaskError('S3.NoSuchBucket', 'no such bucket')),
    };
    expect(await execute(distributed(writer()), ['b'], { objects })).toMatchObject({
      error: 'States.ResultWriterFailed',
      cause: 'no such bucket',
    });
  });
});

test('a stopped execution stops its children', async () => {
  const store = memoryStore();
  const fixture = engineFixture({ store });
  const arn = await fixture.start(
    distributed({ MaxConcurrency: 1 }, { W: { Type: 'Wait', Seconds: 60, End: true } }),
    [1, 2],
  );
  const child = await new Promise<string>((resolve) => {
    const look = (): void => {
      const running = store.executionsByStatus('RUNNING').find((candidate) => candidate !== arn);
      if (running === undefined) setImmediate(look);
      else resolve(running);
    };
    look();
  });
  await fixture.engine.stop(arn);
  expect((await fixture.engine.ended(child)).status).toBe('ABORTED');
  expect(store.executionsByStatus('PENDING')).toHaveLength(1);
  fixture.engine.close();
});

test('children that run when their map run is given up are stopped, also after a crash', async () => {
  const store = memoryStore();
  const { promise: called, resolve: call } = Promise.withResolvers<void>();
  const cancelled: string[] = [];
  const handler: TaskHandler = {
    run: async (attempt) => {
      if (attempt.parameters === 2) {
        await called;
        throw new TaskError('E');
      }
      await attempt.submitted({ JobName: 'j' });
      call();
      return new Promise(() => {});
    },
    cancel: async ({ token }) => void cancelled.push(token),
  };
  const machine = distributed(
    {
      MaxConcurrency: 2,
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'W' }],
    },
    { T: { Type: 'Task', Resource: 'arn:aws:states:::sagemaker:createTrainingJob.sync', End: true } },
  );
  const states = { ...(machine['States'] as JsonObject), W: { Type: 'Wait', Seconds: 60, End: true } };
  // The first process dies right after the map run was given up, before it could stop the other child.
  const first = engineFixture({
    store,
    tasks: () => handler,
    onEvents: (_, events) => {
      if (events.some(({ type }) => type === 'MapRunFailed')) first.engine.close();
    },
  });
  const arn = await first.start({ ...machine, States: states }, [1, 2]);
  while (store.execution(arn) !== undefined && !typesOf(first.history(arn)).includes('MapRunFailed')) {
    await new Promise(setImmediate);
  }
  const [child] = store.executionsByStatus('RUNNING').filter((candidate) => candidate !== arn);
  expect(cancelled).toEqual([]);
  const second = engineFixture({ store, tasks: () => handler });
  second.engine.recover();
  expect((await second.finish(arn)).status).toBe('SUCCEEDED');
  expect(store.execution(child ?? '')?.status).toBe('ABORTED');
  expect(cancelled).toHaveLength(1);
  expect(second.faults).toEqual([]);
  second.engine.close();
});
