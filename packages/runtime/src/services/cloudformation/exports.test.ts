import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, startLab, template, thing, variable } from './testing/lab.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab[Symbol.asyncDispose]());

const exporting = (name: string, value: unknown = { Ref: 'A' }) =>
  template(
    { A: thing({ Name: 'exported' }) },
    {
      Outputs: {
        Shared: { Value: value, Export: { Name: { 'Fn::Sub': `${variable('AWS::Region')}-${name}` } } },
      },
    },
  );
const importing = (name: string) =>
  template({ I: thing({ Name: 'importer', Value: { 'Fn::ImportValue': `us-east-1-${name}` } }) });

test('a stack uses what another exports, which then cannot be taken away', async () => {
  const { cfn, things, statusOf, eventsOf } = lab;
  const { StackId } = await cfn.createStack({ StackName: 'exporter', TemplateBody: exporting('thing') });
  await cfn.createStack({ StackName: 'importer', TemplateBody: importing('thing') });
  expect(things.existing.get('importer')?.['Value']).toBe('exported');
  expect((await cfn.listExports({})).Exports).toEqual([
    { ExportingStackId: StackId, Name: 'us-east-1-thing', Value: 'exported' },
  ]);
  expect((await cfn.listImports({ ExportName: 'us-east-1-thing' })).Imports).toEqual(['importer']);

  await cfn.deleteStack({ StackName: 'exporter' });
  expect(await statusOf('exporter')).toBe('CREATE_COMPLETE');
  expect((await eventsOf('exporter')).at(-1)).toBe(
    'exporter | CREATE_COMPLETE | Delete canceled. Cannot delete export us-east-1-thing as it is in use by importer.',
  );
  await cfn.updateStack({ StackName: 'exporter', TemplateBody: exporting('thing', 'another') });
  expect(await statusOf('exporter')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await eventsOf('exporter')).toContain(
    'exporter | UPDATE_ROLLBACK_IN_PROGRESS | Export us-east-1-thing cannot be updated as it is in use by importer. ',
  );
  await cfn.updateStack({ StackName: 'exporter', TemplateBody: exporting('renamed') });
  expect(await eventsOf('exporter')).toContain(
    'exporter | UPDATE_ROLLBACK_IN_PROGRESS | Export us-east-1-thing cannot be deleted as it is in use by importer. ',
  );

  await cfn.updateStack({
    StackName: 'importer',
    TemplateBody: template({ I: thing({ Name: 'importer' }) }),
  });
  await expect(cfn.listImports({ ExportName: 'us-east-1-thing' })).rejects.toThrow(
    "Export 'us-east-1-thing' is not imported by any stack.",
  );
  await cfn.deleteStack({ StackName: 'exporter' });
  expect(await statusOf(StackId!)).toBe('DELETE_COMPLETE');
  await cfn.deleteStack({ StackName: 'importer' });
});

test('the name of an export belongs to one stack', async () => {
  const { cfn, statusOf, eventsOf } = lab;
  await cfn.createStack({ StackName: 'one', TemplateBody: exporting('taken') });
  const other = template(
    { B: thing() },
    { Outputs: { X: { Value: '1', Export: { Name: 'us-east-1-taken' } } } },
  );
  await cfn.createStack({ StackName: 'two', TemplateBody: other });
  expect(await statusOf('two')).toBe('ROLLBACK_COMPLETE');
  expect(await eventsOf('two')).toContain(
    'two | ROLLBACK_IN_PROGRESS | Export with name us-east-1-taken is already exported by stack one. Rollback requested by user.',
  );
  await cfn.deleteStack({ StackName: 'one' });
  await cfn.deleteStack({ StackName: 'two' });
});

test('an import of what nobody exports is refused', async () => {
  const { cfn } = lab;
  await expect(cfn.createStack({ StackName: 'missing', TemplateBody: importing('nothing') })).rejects.toThrow(
    'No export named us-east-1-nothing found.',
  );
});
