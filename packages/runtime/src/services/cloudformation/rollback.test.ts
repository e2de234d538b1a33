import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Lab, startLab, template, thing } from './testing/lab.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab[Symbol.asyncDispose]());
beforeEach(() => {
  lab.things.log.length = 0;
  lab.things.failing.clear();
  lab.things.existing.clear();
});

const two = template({ A: thing({ Name: 'a', Value: '1' }), B: thing({ Name: 'b' }, { DependsOn: 'A' }) });

test('a creation that fails is undone, and the stack can only be deleted', async () => {
  const { cfn, things, statusOf, eventsOf } = lab;
  things.failing.set('create B', 'no room');
  const { StackId } = await cfn.createStack({ StackName: 'failing', TemplateBody: two });
  expect(await statusOf('failing')).toBe('ROLLBACK_COMPLETE');
  expect(things.existing.size).toBe(0);
  const events = await eventsOf('failing');
  expect(events).toEqual([
    'failing | CREATE_IN_PROGRESS | User Initiated',
    'A | CREATE_IN_PROGRESS',
    'A | CREATE_IN_PROGRESS | Resource creation Initiated',
    'A | CREATE_COMPLETE',
    'B | CREATE_IN_PROGRESS',
    expect.stringMatching(
      /^B \| CREATE_FAILED \| Resource handler returned message: "no room" \(RequestToken: [0-9a-f-]{36}, HandlerErrorCode: InvalidRequest\)$/,
    ),
    'failing | ROLLBACK_IN_PROGRESS | The following resource(s) failed to create: [B]. Rollback requested by user.',
    'A | DELETE_IN_PROGRESS',
    'A | DELETE_COMPLETE',
    'failing | ROLLBACK_COMPLETE',
  ]);
  await expect(cfn.updateStack({ StackName: 'failing', TemplateBody: two })).rejects.toThrow(
    `Stack:${StackId} is in ROLLBACK_COMPLETE state and can not be updated.`,
  );
  await cfn.deleteStack({ StackName: 'failing' });
  expect(await statusOf(StackId!)).toBe('DELETE_COMPLETE');
});

test('what a failed creation leaves behind is the choice of its creator', async () => {
  const { cfn, things, statusOf } = lab;
  things.failing.set('create B', 'no room');
  await cfn.createStack({ StackName: 'left', TemplateBody: two, OnFailure: 'DO_NOTHING' });
  expect(await statusOf('left')).toBe('CREATE_FAILED');
  expect([...things.existing.keys()]).toEqual(['a']);
  await cfn.rollbackStack({ StackName: 'left' });
  expect(await statusOf('left')).toBe('ROLLBACK_COMPLETE');
  await cfn.deleteStack({ StackName: 'left' });
  const { StackId } = await cfn.createStack({ StackName: 'gone', TemplateBody: two, OnFailure: 'DELETE' });
  expect(await statusOf(StackId!)).toBe('DELETE_COMPLETE');
  expect(things.existing.size).toBe(0);
});

test('an update that fails is undone: properties, replacements, what was new', async () => {
  const { cfn, things, statusOf, eventsOf } = lab;
  const StackName = 'undone';
  const before = template(
    { A: thing({ Name: 'a', Value: '1' }), R: thing({ Name: 'old' }), Gone: thing({ Name: 'gone' }) },
    { Outputs: { Value: { Value: { 'Fn::GetAtt': ['A', 'Value'] } } } },
  );
  await cfn.createStack({ StackName, TemplateBody: before });
  const after = template(
    {
      A: thing({ Name: 'a', Value: '2' }),
      R: thing({ Name: 'new' }),
      New: thing({ Name: 'n' }),
      Z: thing({ Name: 'z' }, { DependsOn: ['A', 'R', 'New'] }),
    },
    { Outputs: { Value: { Value: { 'Fn::GetAtt': ['A', 'Value'] } } } },
  );
  things.failing.set('create Z', 'broken');
  await cfn.updateStack({ StackName, TemplateBody: after });
  expect(await statusOf(StackName)).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(Object.fromEntries(things.existing)).toEqual({
    a: { Name: 'a', Value: '1' },
    old: { Name: 'old' },
    gone: { Name: 'gone' },
  });
  const events = await eventsOf(StackName);
  const from = events.indexOf(
    'undone | UPDATE_ROLLBACK_IN_PROGRESS | The following resource(s) failed to create: [Z]. ',
  );
  expect(from).toBeGreaterThan(0);
  expect(events.slice(from + 1).filter((event) => event.startsWith('undone'))).toEqual([
    'undone | UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'undone | UPDATE_ROLLBACK_COMPLETE',
  ]);
  expect((await cfn.getTemplate({ StackName })).TemplateBody).toBe(before);
  expect((await cfn.describeStacks({ StackName })).Stacks?.[0]?.Outputs?.[0]?.OutputValue).toBe('1');
  things.failing.clear();
  await cfn.updateStack({ StackName, TemplateBody: after });
  expect(await statusOf(StackName)).toBe('UPDATE_COMPLETE');
  expect([...things.existing.keys()].sort()).toEqual(['a', 'n', 'new', 'z']);
  await cfn.deleteStack({ StackName });
});

test('a rollback that fails can be continued, with or without the resource that fails', async () => {
  const { cfn, things, statusOf } = lab;
  const StackName = 'stuck';
  const text = (value: string, more: object = {}) =>
    template({ A: thing({ Name: 'a', Value: value }), ...more });
  await cfn.createStack({ StackName, TemplateBody: text('1') });
  things.failing.set('create Z', 'broken');
  const broken = text('2', { Z: thing({}, { DependsOn: 'A' }) });
  let updates = 0;
  const failing = things.failing.get.bind(things.failing);
  things.failing.get = (step) => (step === 'update A' && updates++ > 0 ? 'will not go back' : failing(step));
  await cfn.updateStack({ StackName, TemplateBody: broken });
  expect(await statusOf(StackName)).toBe('UPDATE_ROLLBACK_FAILED');
  await cfn.continueUpdateRollback({ StackName });
  expect(await statusOf(StackName)).toBe('UPDATE_ROLLBACK_FAILED');
  await cfn.continueUpdateRollback({ StackName, ResourcesToSkip: ['A'] });
  expect(await statusOf(StackName)).toBe('UPDATE_ROLLBACK_COMPLETE');
  things.failing.get = failing;
  await cfn.deleteStack({ StackName });
  expect(things.existing.size).toBe(0);
});

test('without rollback a failed update is left as it is and can be gone on with', async () => {
  const { cfn, things, statusOf } = lab;
  const StackName = 'goes-on';
  await cfn.createStack({ StackName, TemplateBody: template({ A: thing({ Name: 'a', Value: '1' }) }) });
  const next = template({ A: thing({ Name: 'a', Value: '2' }), B: thing({ Name: 'b' }, { DependsOn: 'A' }) });
  things.failing.set('create B', 'broken');
  await cfn.updateStack({ StackName, TemplateBody: next, DisableRollback: true });
  expect(await statusOf(StackName)).toBe('UPDATE_FAILED');
  expect(things.existing.get('a')?.['Value']).toBe('2');
  await cfn.rollbackStack({ StackName });
  expect(await statusOf(StackName)).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(things.existing.get('a')?.['Value']).toBe('1');
  await cfn.updateStack({ StackName, TemplateBody: next, DisableRollback: true });
  things.failing.clear();
  await cfn.updateStack({ StackName, TemplateBody: next });
  expect(await statusOf(StackName)).toBe('UPDATE_COMPLETE');
  expect([...things.existing.keys()].sort()).toEqual(['a', 'b']);
  await cfn.deleteStack({ StackName });
});

test('a deletion that fails can leave out what fails', async () => {
  const { cfn, things, statusOf, eventsOf } = lab;
  const { StackId } = await cfn.createStack({ StackName: 'sticky', TemplateBody: two });
  things.failing.set('delete B', 'in use');
  await cfn.deleteStack({ StackName: 'sticky' });
  expect(await statusOf('sticky')).toBe('DELETE_FAILED');
  expect(await eventsOf('sticky')).toContain(
    'sticky | DELETE_FAILED | The following resource(s) failed to delete: [B]. ',
  );
  expect([...things.existing.keys()].sort()).toEqual(['a', 'b']);
  await cfn.deleteStack({ StackName: 'sticky', RetainResources: ['B'] });
  expect(await statusOf(StackId!)).toBe('DELETE_COMPLETE');
  expect([...things.existing.keys()]).toEqual(['b']);
});

test('an update under way can be cancelled, a creation under way deleted', async () => {
  const { cfn, things, statusOf } = lab;
  const StackName = 'cancelled';
  await cfn.createStack({ StackName, TemplateBody: template({ A: thing({ Name: 'a', Value: '1' }) }) });
  const hold = (step: string) => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    things.held.set(step, held);
    return release;
  };
  const release = hold('update A');
  const next = template({ A: thing({ Name: 'a', Value: '2' }), B: thing({}, { DependsOn: 'A' }) });
  const updating = cfn.updateStack({ StackName, TemplateBody: next });
  await expect.poll(() => statusOf(StackName)).toBe('UPDATE_IN_PROGRESS');
  const cancelling = cfn.cancelUpdateStack({ StackName });
  things.held.clear();
  release();
  await Promise.all([updating, cancelling]);
  await expect.poll(() => statusOf(StackName)).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(things.existing.get('a')?.['Value']).toBe('1');
  await cfn.deleteStack({ StackName });

  const go = hold('create A');
  const creating = cfn.createStack({ StackName: 'never', TemplateBody: two });
  await expect.poll(() => statusOf('never')).toBe('CREATE_IN_PROGRESS');
  const deleting = cfn.deleteStack({ StackName: 'never' });
  things.held.clear();
  go();
  await Promise.all([creating, deleting]);
  const { StackId } = await creating;
  await expect.poll(() => statusOf(StackId!)).toBe('DELETE_COMPLETE');
  expect(things.existing.size).toBe(0);
});

test('independent resources are made at the same time; after a failure nothing more is begun', async () => {
  const { cfn, things, statusOf } = lab;
  things.failing.set('create B', 'broken');
  const text = template({
    A: thing({ Name: 'a' }),
    B: thing({ Name: 'b' }),
    C: thing({ Name: 'c' }, { DependsOn: ['A', 'B'] }),
  });
  await cfn.createStack({ StackName: 'parallel', TemplateBody: text });
  expect(await statusOf('parallel')).toBe('ROLLBACK_COMPLETE');
  expect(things.log).toEqual(['create A', 'delete A']);
  await cfn.deleteStack({ StackName: 'parallel' });
});
