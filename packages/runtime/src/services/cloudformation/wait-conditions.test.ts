import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import { type Lab, startLab, template, thing } from './testing/lab.ts';

let lab: Lab;
const clock = new ManualClock();

beforeAll(async () => {
  lab = await startLab([], {}, { clock });
});
afterAll(() => lab[Symbol.asyncDispose]());

const waiting = (Count: number, Timeout = 300) =>
  template(
    {
      Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
      Url: thing({ Name: 'url', Value: { Ref: 'Handle' } }),
      Wait: {
        Type: 'AWS::CloudFormation::WaitCondition',
        DependsOn: 'Url',
        Properties: { Handle: { Ref: 'Handle' }, Count, Timeout },
      },
    },
    { Outputs: { Data: { Value: { 'Fn::GetAtt': ['Wait', 'Data'] } } } },
  );

/** Begins a creation and waits until its wait condition waits. */
async function begin(StackName: string, TemplateBody: string) {
  const { cfn } = lab;
  const created = cfn.createStack({ StackName, TemplateBody });
  const wait = async () =>
    (await cfn.describeStackResource({ StackName, LogicalResourceId: 'Wait' }).catch(() => undefined))
      ?.StackResourceDetail?.ResourceStatus;
  await expect.poll(wait).toBe('CREATE_IN_PROGRESS');
  return { created, url: String(lab.things.existing.get('url')?.['Value']) };
}

const signal = (url: string, body: object) => fetch(url, { method: 'PUT', body: JSON.stringify(body) });

test('a wait condition waits for its signals, by the URL or the API', async () => {
  const { cfn, statusOf } = lab;
  const { created, url } = await begin('signals', waiting(2));
  expect((await signal(url, { Status: 'SUCCESS', UniqueId: 'a', Data: 'one', Reason: 'ok' })).status).toBe(
    200,
  );
  await cfn.signalResource({
    StackName: 'signals',
    LogicalResourceId: 'Wait',
    UniqueId: 'b',
    Status: 'SUCCESS',
  });
  await created;
  expect(await statusOf('signals')).toBe('CREATE_COMPLETE');
  expect((await cfn.describeStacks({ StackName: 'signals' })).Stacks?.[0]?.Outputs?.[0]?.OutputValue).toBe(
    '{"a":"one","b":""}',
  );
  await cfn.deleteStack({ StackName: 'signals' });
});

test('a failure that is signalled, or silence, fails the stack', async () => {
  const { cfn, statusOf, eventsOf } = lab;
  const failing = await begin('failure', waiting(1));
  await signal(failing.url, { Status: 'FAILURE', UniqueId: 'a', Reason: 'no luck' });
  await failing.created;
  expect(await statusOf('failure')).toBe('ROLLBACK_COMPLETE');
  expect(await eventsOf('failure')).toContain(
    "Wait | CREATE_FAILED | WaitCondition received failed message: 'no luck' for uniqueId: a",
  );
  await cfn.deleteStack({ StackName: 'failure' });

  const silent = await begin('silence', waiting(1, 60));
  await expect.poll(() => clock.pending.length).toBeGreaterThan(1);
  clock.advance(61_000);
  await silent.created;
  await expect.poll(() => statusOf('silence')).toBe('ROLLBACK_COMPLETE');
  expect(await eventsOf('silence')).toContain(
    'Wait | CREATE_FAILED | WaitCondition timed out. Received 0 conditions when expecting 1',
  );
  expect(
    (
      await fetch(`${lab.runtime.endpoint}/_slipway/cloudformation/response/00`, {
        method: 'PUT',
        body: '{}',
      })
    ).status,
  ).toBe(404);
  await cfn.deleteStack({ StackName: 'silence' });
});

test('a creation that takes longer than it may is rolled back', async () => {
  const { cfn, statusOf, eventsOf } = lab;
  const { created } = await (async () => {
    const begun = cfn.createStack({ StackName: 'slow', TemplateBody: waiting(1), TimeoutInMinutes: 2 });
    await expect.poll(() => statusOf('slow').catch(() => undefined)).toBe('CREATE_IN_PROGRESS');
    return { created: begun };
  })();
  await expect.poll(() => clock.pending.length).toBeGreaterThan(1);
  clock.advance(6000);
  await created;
  clock.advance(120_000);
  await expect.poll(() => statusOf('slow')).toBe('ROLLBACK_COMPLETE');
  expect(await eventsOf('slow')).toContain('Wait | CREATE_FAILED | Resource creation cancelled');
  await cfn.deleteStack({ StackName: 'slow' });
});
