import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SFN } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';

let runtime: TestRuntime;
let sfn: SFN;
const roleArn = 'arn:aws:iam::000000000000:role/machine';

beforeAll(async () => {
  runtime = await startTestRuntime();
  sfn = new SFN({ ...runtime.clientConfig, disableHostPrefix: true });
});
afterAll(() => runtime[Symbol.asyncDispose]());

const machineOf = (states: object, more: object = {}) =>
  JSON.stringify({ StartAt: Object.keys(states)[0], States: states, ...more });
const pass = machineOf({ Only: { Type: 'Pass', Result: { done: true }, End: true } });

let count = 0;
const fresh = (name: string) => `${name}-${++count}`;

async function create(definition: string, name = fresh('machine')) {
  const { stateMachineArn = '' } = await sfn.createStateMachine({ name, definition, roleArn });
  return stateMachineArn;
}

async function ended(executionArn: string) {
  return await vi.waitUntil(
    async () => {
      const described = await sfn.describeExecution({ executionArn });
      return described.status === 'RUNNING' ? undefined : described;
    },
    { timeout: 20_000, interval: 20 },
  );
}

async function runMachine(definition: string, input: unknown = {}) {
  const stateMachineArn = await create(definition);
  const { executionArn = '' } = await sfn.startExecution({ stateMachineArn, input: JSON.stringify(input) });
  return await ended(executionArn);
}

test('an execution runs to its output, with a history that pages both ways', async () => {
  const stateMachineArn = await create(pass);
  const { executionArn = '', startDate } = await sfn.startExecution({
    stateMachineArn,
    name: 'first',
    input: '{"a":1}',
  });
  expect(executionArn).toMatch(/:execution:machine-\d+:first$/);
  expect(startDate).toBeInstanceOf(Date);
  expect(await ended(executionArn)).toMatchObject({
    status: 'SUCCEEDED',
    input: '{"a":1}',
    output: '{"done":true}',
  });
  const all = (await sfn.getExecutionHistory({ executionArn })).events ?? [];
  expect(all.map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'PassStateEntered',
    'PassStateExited',
    'ExecutionSucceeded',
  ]);
  const first = await sfn.getExecutionHistory({ executionArn, maxResults: 3, reverseOrder: true });
  const second = await sfn.getExecutionHistory({
    executionArn,
    maxResults: 3,
    reverseOrder: true,
    nextToken: first.nextToken,
  });
  expect([...(first.events ?? []), ...(second.events ?? [])].map(({ id }) => id)).toEqual([4, 3, 2, 1]);
});

test('creating again is idempotent, with another definition it conflicts', async () => {
  const name = fresh('twice');
  const arn = await create(pass, name);
  expect(await create(pass, name)).toBe(arn);
  await expect(create(machineOf({ Other: { Type: 'Succeed' } }), name)).rejects.toMatchObject({
    name: 'StateMachineAlreadyExists',
    message: `State Machine Already Exists: '${arn}'`,
  });
});

test.each([
  ['InvalidName', { name: 'a b', definition: pass, roleArn }],
  ['InvalidArn', { name: 'x', definition: pass, roleArn: 'role' }],
  ['InvalidDefinition', { name: 'x', definition: '{"StartAt":"Nowhere","States":{}}', roleArn }],
  ['InvalidDefinition', { name: 'x', definition: 'not json', roleArn }],
])('%s for %j', async (name, input) => {
  await expect(sfn.createStateMachine(input)).rejects.toMatchObject({ name });
});

test('starting twice with one name is one execution, or a conflict', async () => {
  const stateMachineArn = await create(machineOf({ Wait: { Type: 'Wait', Seconds: 3600, End: true } }));
  const first = await sfn.startExecution({ stateMachineArn, name: 'same', input: '{"a":1}' });
  expect(await sfn.startExecution({ stateMachineArn, name: 'same', input: '{"a":1}' })).toMatchObject({
    executionArn: first.executionArn,
  });
  await expect(sfn.startExecution({ stateMachineArn, name: 'same', input: '{}' })).rejects.toMatchObject({
    name: 'ExecutionAlreadyExists',
  });
  await sfn.stopExecution({ executionArn: first.executionArn, error: 'Enough', cause: 'test' });
  expect(await sfn.describeExecution({ executionArn: first.executionArn })).toMatchObject({
    status: 'ABORTED',
    error: 'Enough',
    cause: 'test',
    redriveStatus: 'REDRIVABLE',
  });
});

test('lists filter by status and page, newest first', async () => {
  const stateMachineArn = await create(pass);
  for (const name of ['a', 'b', 'c']) {
    const { executionArn = '' } = await sfn.startExecution({ stateMachineArn, name });
    await ended(executionArn);
  }
  const first = await sfn.listExecutions({ stateMachineArn, maxResults: 2 });
  const second = await sfn.listExecutions({ stateMachineArn, maxResults: 2, nextToken: first.nextToken });
  expect([...(first.executions ?? []), ...(second.executions ?? [])].map(({ name }) => name)).toEqual([
    'c',
    'b',
    'a',
  ]);
  expect((await sfn.listExecutions({ stateMachineArn, statusFilter: 'RUNNING' })).executions).toEqual([]);
});

test('unknown things are said to be unknown', async () => {
  const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:none';
  await expect(sfn.describeStateMachine({ stateMachineArn: machine })).rejects.toMatchObject({
    name: 'StateMachineDoesNotExist',
    message: `State Machine Does Not Exist: '${machine}'`,
  });
  await expect(sfn.startExecution({ stateMachineArn: machine })).rejects.toMatchObject({
    name: 'StateMachineDoesNotExist',
  });
  await expect(sfn.describeStateMachine({ stateMachineArn: 'nonsense' })).rejects.toMatchObject({
    name: 'InvalidArn',
  });
  await expect(
    sfn.describeExecution({ executionArn: 'arn:aws:states:us-east-1:000000000000:execution:m:none' }),
  ).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  await expect(sfn.sendTaskSuccess({ taskToken: 'none', output: '{}' })).rejects.toMatchObject({
    name: 'InvalidToken',
  });
});

test('an execution keeps the definition it began with, versions and aliases choose theirs', async () => {
  const name = fresh('versioned');
  const stateMachineArn = await create(pass, name);
  const { stateMachineVersionArn: one } = await sfn.publishStateMachineVersion({ stateMachineArn });
  await sfn.updateStateMachine({
    stateMachineArn,
    definition: machineOf({ Other: { Type: 'Pass', Result: { done: 2 }, End: true } }),
  });
  const { stateMachineVersionArn: two } = await sfn.publishStateMachineVersion({ stateMachineArn });
  expect([one, two]).toEqual([`${stateMachineArn}:1`, `${stateMachineArn}:2`]);
  const outputOf = async (arn: string) => {
    const { executionArn = '' } = await sfn.startExecution({ stateMachineArn: arn });
    return (await ended(executionArn)).output;
  };
  expect(await outputOf(one!)).toBe('{"done":true}');
  expect(await outputOf(stateMachineArn)).toBe('{"done":2}');
  const { stateMachineAliasArn = '' } = await sfn.createStateMachineAlias({
    name: 'live',
    routingConfiguration: [{ stateMachineVersionArn: one, weight: 100 }],
  });
  expect(await outputOf(stateMachineAliasArn)).toBe('{"done":true}');
  await expect(sfn.deleteStateMachineVersion({ stateMachineVersionArn: one })).rejects.toMatchObject({
    name: 'ConflictException',
  });
});

test('SDK integrations call the runtime itself, in PascalCase, and fail with its errors', async () => {
  const succeeded = await runMachine(
    machineOf({
      List: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:sfn:listStateMachines',
        Parameters: { MaxResults: 1 },
        ResultSelector: {
          'count.$': 'States.ArrayLength($.StateMachines)',
          'date.$': '$.StateMachines[0].CreationDate',
        },
        End: true,
      },
    }),
  );
  const output = JSON.parse(succeeded.output ?? '{}') as { count: number; date: string };
  expect(output.count).toBe(1);
  expect(output.date).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const failed = await runMachine(
    machineOf({
      Answer: {
        Type: 'Task',
        Resource: 'arn:aws:states:::aws-sdk:sfn:sendTaskSuccess',
        Parameters: { TaskToken: 'none', Output: '{}' },
        End: true,
      },
    }),
  );
  expect(failed).toMatchObject({ status: 'FAILED', error: 'Sfn.InvalidTokenException' });
  expect(failed.cause).toMatch(
    /^Invalid Token: 'Invalid token' \(Service: Sfn, Status Code: 400, Request ID: .*\)/,
  );
});

test('a nested execution is waited for, its output parsed with sync:2', async () => {
  const child = await create(pass);
  const nested = (resource: string) =>
    machineOf({
      Child: {
        Type: 'Task',
        Resource: `arn:aws:states:::states:${resource}`,
        Parameters: { StateMachineArn: child },
        End: true,
      },
    });
  const two = await runMachine(nested('startExecution.sync:2'));
  expect(JSON.parse(two.output ?? '{}')).toMatchObject({ Status: 'SUCCEEDED', Output: { done: true } });
  const one = await runMachine(nested('startExecution.sync'));
  expect(JSON.parse(one.output ?? '{}')).toMatchObject({ Status: 'SUCCEEDED', Output: '{"done":true}' });
});

test('a nested execution that fails fails the task, and stopping the parent stops the child', async () => {
  const failing = await create(machineOf({ F: { Type: 'Fail', Error: 'E', Cause: 'C' } }));
  const nested = (stateMachine: string) =>
    machineOf({
      Child: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Parameters: { StateMachineArn: stateMachine },
        End: true,
      },
    });
  const failed = await runMachine(nested(failing));
  expect(failed).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
  expect(JSON.parse(failed.cause ?? '{}')).toMatchObject({ Error: 'E', Cause: 'C', Status: 'FAILED' });

  const waiting = await create(machineOf({ W: { Type: 'Wait', Seconds: 3600, End: true } }));
  const parent = await create(nested(waiting));
  const { executionArn = '' } = await sfn.startExecution({ stateMachineArn: parent });
  const child = await vi.waitUntil(
    async () => (await sfn.listExecutions({ stateMachineArn: waiting })).executions?.[0],
  );
  await sfn.stopExecution({ executionArn });
  expect(await ended(child.executionArn ?? '')).toMatchObject({ status: 'ABORTED' });
});

test('a worker polls an activity and answers with the token', async () => {
  const { activityArn = '' } = await sfn.createActivity({ name: fresh('activity') });
  const stateMachineArn = await create(machineOf({ A: { Type: 'Task', Resource: activityArn, End: true } }));
  const polling = sfn.getActivityTask({ activityArn, workerName: 'me' });
  const { executionArn = '' } = await sfn.startExecution({ stateMachineArn, input: '{"x":1}' });
  const { taskToken, input } = await polling;
  expect(input).toBe('{"x":1}');
  await sfn.sendTaskHeartbeat({ taskToken });
  await sfn.sendTaskSuccess({ taskToken, output: '"done"' });
  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"done"' });
});

test('Express machines run synchronously and are not listed', async () => {
  const { stateMachineArn = '' } = await sfn.createStateMachine({
    name: fresh('express'),
    type: 'EXPRESS',
    definition: pass,
    roleArn,
  });
  const sync = await sfn.startSyncExecution({ stateMachineArn, input: '{}' });
  expect(sync).toMatchObject({ status: 'SUCCEEDED', output: '{"done":true}' });
  await expect(sfn.listExecutions({ stateMachineArn })).rejects.toMatchObject({
    name: 'StateMachineTypeNotSupported',
  });
});

test('executions survive a stop of the runtime: they go on where they were', async () => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'slipway-'));
  try {
    const before = await startTestRuntime({ stateFolder });
    const first = new SFN(before.clientConfig);
    const { activityArn = '' } = await first.createActivity({ name: 'a' });
    const { stateMachineArn } = await first.createStateMachine({
      name: 'm',
      roleArn,
      definition: machineOf({
        A: { Type: 'Task', Resource: activityArn, ResultPath: '$.a', Next: 'W' },
        W: { Type: 'Wait', Seconds: 1, End: true },
      }),
    });
    const { executionArn = '' } = await first.startExecution({ stateMachineArn, input: '{"x":1}' });
    await before.stop();
    await using after = await startTestRuntime({ stateFolder });
    const second = new SFN(after.clientConfig);
    const { taskToken } = await second.getActivityTask({ activityArn });
    await second.sendTaskSuccess({ taskToken, output: '2' });
    const end = await vi.waitUntil(
      async () => {
        const described = await second.describeExecution({ executionArn });
        return described.status === 'RUNNING' ? undefined : described;
      },
      { timeout: 20_000, interval: 50 },
    );
    expect(end).toMatchObject({ status: 'SUCCEEDED', output: '{"x":1,"a":2}' });
  } finally {
    rmSync(stateFolder, { recursive: true, force: true });
  }
});
