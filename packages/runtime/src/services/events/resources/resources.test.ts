import { EventBridge } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployContext } from '../../../testing/deploy-context.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { eventsResources } from './index.ts';

let runtime: TestRuntime;
let events: EventBridge;

const LOG = 'arn:aws:logs:us-east-1:000000000000:log-group:x';

function provider(type: string) {
  return eventsResources[`AWS::Events::${type}`]!;
}

beforeAll(async () => {
  runtime = await startTestRuntime();
  events = new EventBridge(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('a rule has its targets, loses those that the template no longer has, and goes', async () => {
  const properties = {
    EventPattern: { source: ['aws.s3'], detail: { bucket: { name: ['data'] } } },
    State: 'ENABLED',
    Targets: [
      { Id: 'Target0', Arn: LOG, RetryPolicy: { MaximumRetryAttempts: '3' } },
      {
        Id: 'Target1',
        Arn: LOG,
        InputTransformer: { InputPathsMap: { key: '$.detail.object.key' }, InputTemplate: '{"key":<key>}' },
      },
    ],
  };
  const created = await provider('Rule').create(properties, deployContext(runtime, 'Rule'));
  expect(created).toEqual({
    physicalId: 'test-Rule-1',
    attributes: { Arn: 'arn:aws:events:us-east-1:000000000000:rule/test-Rule-1' },
  });
  expect(await provider('Rule').create(properties, deployContext(runtime, 'Rule'))).toEqual(created);
  const { Targets } = await events.listTargetsByRule({ Rule: 'test-Rule-1' });
  expect(Targets).toMatchObject([
    { Id: 'Target0', RetryPolicy: { MaximumRetryAttempts: 3 } },
    { Id: 'Target1' },
  ]);

  const wanted = {
    ScheduleExpression: 'rate(1 day)',
    Targets: [properties.Targets[1]],
    Description: 'daily',
  };
  const updating = deployContext(runtime, 'Rule', 'update');
  await provider('Rule').update(created.physicalId, wanted, properties, updating);
  const rule = await events.describeRule({ Name: 'test-Rule-1' });
  expect(rule).toMatchObject({ ScheduleExpression: 'rate(1 day)', Description: 'daily' });
  expect(rule).not.toHaveProperty('EventPattern');
  expect((await events.listTargetsByRule({ Rule: 'test-Rule-1' })).Targets).toHaveLength(1);
  for (const step of ['delete', 'delete again']) {
    await provider('Rule').delete(created.physicalId, wanted, deployContext(runtime, 'Rule', step));
  }
  expect((await events.listRules({})).Rules).toEqual([]);
});

test('a bus, its policy and a rule on it', async () => {
  const bus = await provider('EventBus').create({ Name: 'own' }, deployContext(runtime, 'Bus'));
  expect(bus.attributes).toEqual({ Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/own', Name: 'own' });
  const statement = {
    EventBusName: 'own',
    StatementId: 'let-in',
    Statement: {
      Effect: 'Allow',
      Principal: '*',
      Action: 'events:PutEvents',
      Resource: bus.attributes['Arn'],
    },
  };
  await provider('EventBusPolicy').create(statement, deployContext(runtime, 'Policy'));
  expect(JSON.parse((await events.describeEventBus({ Name: 'own' })).Policy!)).toMatchObject({
    Statement: [{ Sid: 'let-in', Principal: '*' }],
  });
  const properties = {
    EventBusName: 'own',
    EventPattern: { source: ['x'] },
    Targets: [{ Id: 't', Arn: LOG }],
  };
  const rule = await provider('Rule').create(properties, deployContext(runtime, 'OwnRule'));
  expect(rule.physicalId).toBe('own|test-OwnRule-1');
  await provider('Rule').delete(rule.physicalId, properties, deployContext(runtime, 'OwnRule', 'delete'));
  await provider('EventBusPolicy').delete('let-in', statement, deployContext(runtime, 'Policy', 'delete'));
  await provider('EventBus').delete('own', {}, deployContext(runtime, 'Bus', 'delete'));
  await expect(events.describeEventBus({ Name: 'own' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});
