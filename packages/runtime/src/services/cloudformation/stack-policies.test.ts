import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, startLab, template, thing } from './testing/lab.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab[Symbol.asyncDispose]());

const policy = (...Statement: object[]) => JSON.stringify({ Statement });
const everything = { Effect: 'Allow', Principal: '*', Action: 'Update:*', Resource: '*' };

test('a policy protects resources of a stack from updates, and can be suspended for one', async () => {
  const { cfn, things, statusOf, eventsOf } = lab;
  const StackName = 'guarded';
  const text = (value: string, more: object = {}) =>
    template({ A: thing({ Name: 'a', Value: value }), ...more });
  await cfn.createStack({ StackName, TemplateBody: text('1', { B: thing({ Name: 'b' }) }) });
  expect((await cfn.getStackPolicy({ StackName })).StackPolicyBody).toBeUndefined();
  const StackPolicyBody = policy(everything, {
    Effect: 'Deny',
    Principal: '*',
    Action: 'Update:Modify',
    Resource: 'LogicalResourceId/A',
  });
  await cfn.setStackPolicy({ StackName, StackPolicyBody });
  expect((await cfn.getStackPolicy({ StackName })).StackPolicyBody).toBe(StackPolicyBody);
  await cfn.updateStack({ StackName, TemplateBody: text('2', { B: thing({ Name: 'b' }) }) });
  expect(await statusOf(StackName)).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await eventsOf(StackName)).toContain(
    'A | UPDATE_FAILED | Action denied by stack policy: Statement [#2] does not allow [Update:Modify] for resource [LogicalResourceId/A]',
  );
  await cfn.updateStack({
    StackName,
    TemplateBody: text('2', { B: thing({ Name: 'b' }) }),
    StackPolicyDuringUpdateBody: policy(everything),
  });
  expect(things.existing.get('a')?.['Value']).toBe('2');

  const deletions = { StringEquals: { ResourceType: ['Test::Thing'] } };
  await cfn.setStackPolicy({
    StackName,
    StackPolicyBody: policy(
      { ...everything, Action: ['Update:Modify', 'Update:Replace'] },
      { Effect: 'Deny', Principal: '*', Action: 'Update:Delete', Resource: '*', Condition: deletions },
    ),
  });
  await cfn.updateStack({ StackName, TemplateBody: text('3') });
  expect(await statusOf(StackName)).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect([things.existing.get('a')?.['Value'], things.existing.has('b')]).toEqual(['2', true]);
  await cfn.setStackPolicy({ StackName, StackPolicyBody: '{}' });
  await cfn.updateStack({ StackName, TemplateBody: text('3') });
  expect(await statusOf(StackName)).toBe('UPDATE_COMPLETE');
  await cfn.deleteStack({ StackName });
});

test('what is no policy is refused', async () => {
  const { cfn } = lab;
  const StackName = 'policy';
  await cfn.createStack({ StackName, TemplateBody: template({ A: thing() }) });
  for (const StackPolicyBody of [
    'text',
    policy({ ...everything, Principal: 'somebody' }),
    policy({ ...everything, Action: 'Delete:*' }),
    policy({ ...everything, Effect: 'Perhaps' }),
  ]) {
    await expect(cfn.setStackPolicy({ StackName, StackPolicyBody })).rejects.toThrow(
      'Error validating stack policy: Invalid stack policy',
    );
  }
  await expect(
    cfn.setStackPolicy({ StackName, StackPolicyBody: '{}', StackPolicyURL: 'http://127.0.0.1/b/k' }),
  ).rejects.toThrow('You cannot specify both StackPolicyURL and StackPolicyBody');
  await cfn.deleteStack({ StackName });
});
