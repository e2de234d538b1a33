import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { servicePrincipal } from '../../access/caller.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { runAwsCli, runPython } from '../../testing/python-clients.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { until } from '../../testing/until.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 30);
const ACCOUNT = '000000000000';
const MINUTE = 60_000;

let clock: ManualClock;
let runtime: TestRuntime;
let events: EventBridge;
let logs: CloudWatchLogs;

beforeAll(async () => {
  clock = new ManualClock(NOW);
  runtime = await startTestRuntime({}, { clock });
  events = new EventBridge(runtime.clientConfig);
  logs = new CloudWatchLogs(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

function logArn(name: string): string {
  return `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:${name}`;
}

/** A rule that writes what it gets into a log group of the same name. */
async function logRule(name: string, rule: object, target: object = {}) {
  await logs.createLogGroup({ logGroupName: name });
  await events.putRule({ Name: name, ...rule });
  const Targets = [{ Id: 'log', Arn: logArn(name), ...target }];
  const bus = rule as { EventBusName?: string };
  await events.putTargets({ Rule: name, EventBusName: bus.EventBusName, Targets });
}

/** The messages in a log group, once there are so many. */
function received(logGroupName: string, count: number, client = logs): Promise<string[]> {
  return until(async () => {
    const { events: found = [] } = await client.filterLogEvents({ logGroupName });
    return found.length >= count ? found.map(({ message }) => message!) : undefined;
  });
}

function entry(detail: object, more: object = {}) {
  return { Source: 'test', DetailType: 'Thing Happened', Detail: JSON.stringify(detail), ...more };
}

test('an event reaches the targets of the rules that it matches, in the envelope of AWS', async () => {
  await logRule('matching', { EventPattern: JSON.stringify({ source: ['test'], detail: { kind: ['a'] } }) });
  const Entries = [
    entry({ kind: 'b' }),
    entry({ kind: 'a' }, { Time: new Date(NOW - 5000), Resources: ['arn:aws:s3:::x'] }),
  ];
  const put = await events.putEvents({ Entries });
  expect(put.FailedEntryCount).toBe(0);
  const messages = await received('matching', 1);
  expect(messages.map((message) => JSON.parse(message) as unknown)).toEqual([
    {
      version: '0',
      id: put.Entries![1]!.EventId,
      'detail-type': 'Thing Happened',
      source: 'test',
      account: ACCOUNT,
      time: '2026-11-21T12:00:25Z',
      region: 'us-east-1',
      resources: ['arn:aws:s3:::x'],
      detail: { kind: 'a' },
    },
  ]);
});

test('entries are refused one by one', async () => {
  const { Entries, FailedEntryCount } = await events.putEvents({
    Entries: [
      { DetailType: 'x', Detail: '{}' },
      { Source: 'x', Detail: '{}' },
      { Source: 'x', DetailType: 'x' },
      { Source: 'x', DetailType: 'x', Detail: '[1]' },
      { Source: 'aws.s3', DetailType: 'x', Detail: '{}' },
      entry({}),
      entry({}, { EventBusName: 'nobody-made-this' }),
    ],
  });
  expect(FailedEntryCount).toBe(5);
  expect(Entries!.slice(0, 5)).toEqual([
    {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: 'Parameter Source is not valid. Reason: Source is a required argument.',
    },
    {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: 'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
    },
    {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: 'Parameter Detail is not valid. Reason: Detail is a required argument.',
    },
    { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
    { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' },
  ]);
  expect(Entries!.slice(5)).toEqual([{ EventId: expect.any(String) }, { EventId: expect.any(String) }]);
  await expect(events.putEvents({ Entries: [entry({ x: 'y'.repeat(262_144) })] })).rejects.toThrow(
    'Total size of the entries in the request is over the limit.',
  );
  await expect(events.putEvents({ Entries: Array.from({ length: 11 }, () => entry({})) })).rejects.toThrow(
    "at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10",
  );
});

test('a service may put events of AWS; a repeated call puts them once', async () => {
  await logRule('aws', { EventPattern: JSON.stringify({ source: ['aws.s3'] }) });
  const client = runtime.client<EventBridge>('events', {
    caller: servicePrincipal('s3.amazonaws.com', ACCOUNT),
    token: 'object-1/created',
  });
  const Entries = [{ Source: 'aws.s3', DetailType: 'Object Created', Detail: '{"n":1}' }];
  const first = await client.putEvents({ Entries });
  expect(await client.putEvents({ Entries })).toEqual(first);
  await received('aws', 1);
  const after = [{ ...Entries[0]!, Detail: '{"n":2}' }];
  await runtime
    .client<EventBridge>('events', { caller: servicePrincipal('s3.amazonaws.com', ACCOUNT) })
    .putEvents({ Entries: after });
  const details = (await received('aws', 2)).map(
    (message) => (JSON.parse(message) as { detail: unknown }).detail,
  );
  expect(details).toEqual([{ n: 1 }, { n: 2 }]);
});

test('a target may have a part, a constant or a template of the event', async () => {
  const EventPattern = JSON.stringify({ detail: { shape: ['input'] } });
  await logRule('part', { EventPattern }, { InputPath: '$.detail' });
  await logRule('constant', { EventPattern }, { Input: '"always this"' });
  await logRule(
    'template',
    { EventPattern },
    {
      InputTransformer: {
        InputPathsMap: { shape: '$.detail.shape', at: '$.time' },
        InputTemplate: '{"text": "<shape> by <aws.events.rule-name>", "at": <at>, "none": "-"}',
      },
    },
  );
  const lines = { InputTransformer: { InputPathsMap: {}, InputTemplate: '"one"\n"two"' } };
  await logRule('lines', { EventPattern }, lines);
  await events.putEvents({ Entries: [entry({ shape: 'input' })] });
  expect(await received('lines', 1)).toEqual(['"one"\n"two"']);
  expect(await received('part', 1)).toEqual(['{"shape":"input"}']);
  expect(await received('constant', 1)).toEqual(['"always this"']);
  expect(await received('template', 1)).toEqual([
    '{"text": "input by template", "at": "2026-11-21T12:00:30Z", "none": "-"}',
  ]);
});

test('buses of one’s own have rules of their own, and hand events on as they are', async () => {
  const { EventBusArn } = await events.createEventBus({ Name: 'orders' });
  expect(EventBusArn).toBe(`arn:aws:events:us-east-1:${ACCOUNT}:event-bus/orders`);
  await logRule('on-orders', { EventBusName: 'orders', EventPattern: JSON.stringify({ source: ['test'] }) });
  expect(await events.describeRule({ Name: 'on-orders', EventBusName: EventBusArn })).toMatchObject({
    Arn: `arn:aws:events:us-east-1:${ACCOUNT}:rule/orders/on-orders`,
    EventBusName: 'orders',
    CreatedBy: ACCOUNT,
    State: 'ENABLED',
  });
  await events.putRule({ Name: 'forward', EventPattern: JSON.stringify({ detail: { to: ['orders'] } }) });
  await events.putTargets({ Rule: 'forward', Targets: [{ Id: 'bus', Arn: EventBusArn }] });
  const put = await events.putEvents({ Entries: [entry({ to: 'orders' })] });
  const [message] = await received('on-orders', 1);
  expect(JSON.parse(message!)).toMatchObject({ id: put.Entries![0]!.EventId, detail: { to: 'orders' } });

  await expect(events.createEventBus({ Name: 'orders' })).rejects.toThrow('Event bus orders already exists.');
  await expect(events.createEventBus({ Name: 'default' })).rejects.toThrow(
    'Event bus default already exists.',
  );
  await expect(events.createEventBus({ Name: 'a/b' })).rejects.toThrow(
    "Event bus name must not contain '/'.",
  );
  await expect(events.deleteEventBus({ Name: 'default' })).rejects.toThrow(
    'Cannot delete event bus default.',
  );
  await expect(events.deleteEventBus({ Name: 'orders' })).rejects.toThrow(
    "can't be deleted since it has rules",
  );
  await expect(events.describeEventBus({ Name: 'none' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Event bus none does not exist.',
  });
  const { EventBuses } = await events.listEventBuses({});
  expect(EventBuses?.map(({ Name }) => Name)).toEqual(['default', 'orders']);
});

test('a disabled rule gets nothing; putting a rule again keeps its targets and tags', async () => {
  const EventPattern = JSON.stringify({ detail: { on: [true] } });
  await logRule('switch', { EventPattern, Tags: [{ Key: 'a', Value: '1' }], Description: 'first' });
  await events.disableRule({ Name: 'switch' });
  await events.putEvents({ Entries: [entry({ on: true, n: 1 })] });
  await events.putRule({ Name: 'switch', EventPattern, Tags: [{ Key: 'b', Value: '2' }] });
  const rule = await events.describeRule({ Name: 'switch' });
  expect(rule).toMatchObject({ State: 'ENABLED' });
  expect(rule).not.toHaveProperty('Description');
  expect((await events.listTagsForResource({ ResourceARN: rule.Arn })).Tags).toEqual([
    { Key: 'a', Value: '1' },
  ]);
  await expect(
    events.listTagsForResource({ ResourceARN: rule.Arn!.replace('us-east-1', 'eu-west-1') }),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await events.putEvents({ Entries: [entry({ on: true, n: 2 })] });
  expect(
    (await received('switch', 1)).map((message) => (JSON.parse(message) as { detail: object }).detail),
  ).toEqual([{ on: true, n: 2 }]);
});

test('rules and targets are checked and listed in the ways of AWS', async () => {
  const refused = async (work: Promise<unknown>, name: string, message: string) =>
    await expect(work).rejects.toMatchObject({ name, message });
  const EventPattern = JSON.stringify({ source: ['listed'] });
  await refused(
    events.putRule({ Name: 'x' }),
    'ValidationException',
    'Parameter(s) EventPattern or ScheduleExpression must be specified.',
  );
  await refused(
    events.putRule({ Name: 'x', EventPattern: '{"source": "x"}' }),
    'InvalidEventPatternException',
    'Event pattern is not valid. Reason: "source" must be an object or an array',
  );
  await refused(
    events.putRule({ Name: 'x', ScheduleExpression: 'rate(5 weeks)' }),
    'ValidationException',
    'Parameter ScheduleExpression is not valid.',
  );
  await refused(
    events.describeRule({ Name: 'none' }),
    'ResourceNotFoundException',
    'Rule none does not exist on EventBus default.',
  );
  for (const Name of ['list-1', 'list-2', 'list-3']) await events.putRule({ Name, EventPattern });
  const first = await events.listRules({ NamePrefix: 'list-', Limit: 2 });
  const second = await events.listRules({ NamePrefix: 'list-', Limit: 2, NextToken: first.NextToken });
  expect([first, second].map(({ Rules }) => Rules?.map(({ Name }) => Name))).toEqual([
    ['list-1', 'list-2'],
    ['list-3'],
  ]);

  const put = (target: object) =>
    events.putTargets({ Rule: 'list-1', Targets: [{ Id: 't', Arn: logArn('x'), ...target }] });
  await refused(
    put({ Arn: 'bucket' }),
    'ValidationException',
    'Parameter bucket is not valid. Reason: Provided Arn is not in correct format.',
  );
  const machine = `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:m`;
  await refused(put({ Arn: machine }), 'ValidationException', `RoleArn is required for target ${machine}.`);
  await expect(put({ Arn: `arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/s` })).rejects.toThrow(
    'is not supported by this version of Slipway',
  );
  await put({});
  expect((await events.listTargetsByRule({ Rule: 'list-1' })).Targets).toEqual([
    { Id: 't', Arn: logArn('x') },
  ]);
  expect((await events.listRuleNamesByTarget({ TargetArn: logArn('x') })).RuleNames).toEqual(['list-1']);
  await refused(
    events.deleteRule({ Name: 'list-1' }),
    'ValidationException',
    "Rule can't be deleted since it has targets.",
  );
  await events.removeTargets({ Rule: 'list-1', Ids: ['t'] });
  await events.deleteRule({ Name: 'list-1' });
  await events.deleteRule({ Name: 'list-1' });
});

test('TestEventPattern decides about an event', async () => {
  const Event = JSON.stringify({
    id: '1',
    source: 'aws.s3',
    'detail-type': 'Object Created',
    account: ACCOUNT,
    region: 'us-east-1',
    time: '2026-11-21T12:00:00Z',
    detail: { object: { key: 'raw/data.zip' } },
  });
  const decide = (pattern: object) =>
    events.testEventPattern({ Event, EventPattern: JSON.stringify(pattern) });
  expect((await decide({ detail: { object: { key: [{ prefix: 'raw/' }] } } })).Result).toBe(true);
  expect((await decide({ detail: { object: { key: [{ prefix: 'input/' }] } } })).Result).toBe(false);
});

test('the policy of a bus has statements that come and go', async () => {
  const put = (StatementId: string, Principal: string) =>
    events.putPermission({ EventBusName: 'default', Action: 'events:PutEvents', Principal, StatementId });
  await put('one', '111111111111');
  await put('all', '*');
  const { Policy } = await events.describeEventBus({});
  expect(JSON.parse(Policy!)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'one',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111111111111:root' },
        Action: 'events:PutEvents',
        Resource: `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/default`,
      },
      expect.objectContaining({ Sid: 'all', Principal: '*' }),
    ],
  });
  await events.removePermission({ StatementId: 'one' });
  await expect(events.removePermission({ StatementId: 'one' })).rejects.toThrow(
    'Statement with the provided id does not exist.',
  );
  await events.removePermission({ RemoveAllPermissions: true });
  expect(await events.describeEventBus({})).not.toHaveProperty('Policy');
});

test('a scheduled rule fires at its times, until it is disabled or changed', async () => {
  await logRule('tick', { ScheduleExpression: 'rate(1 minute)' });
  await logRule('cron', { ScheduleExpression: 'cron(2 12 * * ? *)' }, { InputPath: '$.time' });
  clock.advance(MINUTE);
  const [first] = await received('tick', 1);
  expect(JSON.parse(first!)).toMatchObject({
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    time: '2026-11-21T12:01:30Z',
    resources: [`arn:aws:events:us-east-1:${ACCOUNT}:rule/tick`],
    detail: {},
  });
  clock.advance(MINUTE);
  await received('tick', 2);
  expect(await received('cron', 1)).toEqual(['"2026-11-21T12:02:00Z"']);
  await events.disableRule({ Name: 'tick' });
  await events.putRule({ Name: 'cron', EventPattern: '{"source": ["nobody"]}' });
  clock.advance(10 * MINUTE);
  await logRule('marker', { EventPattern: JSON.stringify({ detail: { marker: [true] } }) });
  await events.putEvents({ Entries: [entry({ marker: true })] });
  await received('marker', 1);
  expect(await received('tick', 0)).toHaveLength(2);
});

test('after a restart rules fire again; times that were missed for long are passed over', async () => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'slipway-events-'));
  const time = new ManualClock(NOW);
  try {
    const before = await startTestRuntime({ stateFolder }, { clock: time });
    const client = new EventBridge(before.clientConfig);
    await new CloudWatchLogs(before.clientConfig).createLogGroup({ logGroupName: 'kept' });
    await client.putRule({ Name: 'hourly', ScheduleExpression: 'rate(1 hour)' });
    await client.putTargets({
      Rule: 'hourly',
      Targets: [{ Id: 'log', Arn: logArn('kept'), InputPath: '$.time' }],
    });
    await before.stop();
    time.advance(60 * MINUTE + 1000);
    const soon = await startTestRuntime({ stateFolder }, { clock: time });
    expect(await received('kept', 1, new CloudWatchLogs(soon.clientConfig))).toEqual([
      '"2026-11-21T13:00:30Z"',
    ]);
    await soon.stop();
    time.advance(150 * MINUTE);
    const warnings: string[] = [];
    const late = await startTestRuntime(
      { stateFolder },
      { clock: time, listener: (event) => event.type === 'warning' && warnings.push(event.message) },
    );
    await until(() => (warnings.length > 0 ? true : undefined));
    expect(warnings[0]).toContain('Rule hourly did not fire at 2026-11-21T14:00:30Z');
    await until(() => (time.pending.some((due) => due === NOW + 240 * MINUTE) ? true : undefined));
    time.advance(30 * MINUTE);
    expect(await received('kept', 2, new CloudWatchLogs(late.clientConfig))).toEqual([
      '"2026-11-21T13:00:30Z"',
      '"2026-11-21T16:00:30Z"',
    ]);
    await late.stop();
  } finally {
    rmSync(stateFolder, { recursive: true, force: true });
  }
});

test('what cannot be delivered is said, with the reason', async () => {
  const warnings: string[] = [];
  const stop = runtime.progress.listen((event) => event.type === 'warning' && warnings.push(event.message));
  await events.putRule({ Name: 'nowhere', EventPattern: JSON.stringify({ detail: { to: ['nowhere'] } }) });
  const Arn = logArn('no-such-group');
  await events.putTargets({ Rule: 'nowhere', Targets: [{ Id: 't', Arn }] });
  await events.putEvents({ Entries: [entry({ to: 'nowhere' })] });
  const warning = await until(() => warnings.find((message) => message.includes('(rule nowhere)')));
  expect(warning).toContain(
    `could not be delivered to ${Arn} (rule nowhere): The specified log group does not exist.`,
  );
  stop();
});

test('boto3 and the AWS CLI put rules and events', async () => {
  const program = `
import boto3, json
events = boto3.client('events')
print(events.put_rule(Name='py', EventPattern=json.dumps({'source': ['py']}))['RuleArn'])
print(events.put_events(Entries=[{'Source': 'py', 'DetailType': 'x', 'Detail': '{}'}])['FailedEntryCount'])
`;
  expect(await runPython(runtime, program)).toMatchObject({
    code: 0,
    stdout: `arn:aws:events:us-east-1:${ACCOUNT}:rule/py\n0\n`,
  });
  const cli = await runAwsCli(runtime, 'events', 'describe-rule', '--name', 'py', '--query', 'EventPattern');
  expect(JSON.parse(JSON.parse(cli.stdout) as string)).toEqual({ source: ['py'] });
});
