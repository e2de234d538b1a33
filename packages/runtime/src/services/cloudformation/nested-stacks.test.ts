import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { s3 as s3Service } from '../s3/index.ts';
import { type Lab, startLab, template, thing } from './testing/lab.ts';

let lab: Lab;
let s3: S3;
const Bucket = 'templates';

beforeAll(async () => {
  lab = await startLab([s3Service]);
  s3 = new S3({ ...lab.runtime.clientConfig, forcePathStyle: true });
  await s3.createBucket({ Bucket });
});
afterAll(() => lab[Symbol.asyncDispose]());
beforeEach(() => {
  lab.things.failing.clear();
  lab.things.existing.clear();
});

const inner = (value: unknown, more: object = {}) =>
  template(
    { I: thing({ Name: { Ref: 'Name' }, Value: value }), ...more },
    {
      Parameters: { Name: { Type: 'String' } },
      Outputs: { Made: { Value: { 'Fn::GetAtt': ['I', 'Arn'] } } },
    },
  );
const outer = (key: string, more: object = {}) =>
  template(
    {
      Child: {
        Type: 'AWS::CloudFormation::Stack',
        Properties: {
          TemplateURL: { 'Fn::Sub': `https://s3.\${AWS::Region}.\${AWS::URLSuffix}/${Bucket}/${key}` },
          Parameters: { Name: 'inner' },
        },
      },
      User: thing({ Name: 'user', Value: { 'Fn::GetAtt': ['Child', 'Outputs.Made'] } }),
      ...more,
    },
    { Outputs: { Id: { Value: { Ref: 'Child' } } } },
  );

test('a stack inside a stack is created, updated, rolled back and deleted with it', async () => {
  const { cfn, things, statusOf } = lab;
  const StackName = 'outer';
  await s3.putObject({ Bucket, Key: 'one.json', Body: inner('1') });
  await s3.putObject({ Bucket, Key: 'two.json', Body: inner('2') });
  await cfn.createStack({ StackName, TemplateBody: outer('one.json') });
  expect(await statusOf(StackName)).toBe('CREATE_COMPLETE');
  const [stack] = (await cfn.describeStacks({ StackName })).Stacks ?? [];
  const childId = stack?.Outputs?.[0]?.OutputValue ?? '';
  expect((await cfn.describeStacks({ StackName: childId })).Stacks?.[0]).toMatchObject({
    StackStatus: 'CREATE_COMPLETE',
    StackName: expect.stringMatching(/^outer-Child-[A-Z0-9]{12}$/),
    ParentId: stack?.StackId,
    RootId: stack?.StackId,
  });
  expect(things.existing.get('user')?.['Value']).toBe('arn:aws:test:::inner');

  await cfn.updateStack({ StackName, TemplateBody: outer('two.json') });
  expect(things.existing.get('inner')?.['Value']).toBe('2');
  things.failing.set('create Late', 'broken');
  await cfn.updateStack({
    StackName,
    TemplateBody: outer('one.json', { Late: thing({}, { DependsOn: 'Child' }) }),
  });
  expect(await statusOf(StackName)).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(things.existing.get('inner')?.['Value']).toBe('2');

  await cfn.deleteStack({ StackName });
  expect(things.existing.size).toBe(0);
  expect(await statusOf(childId)).toBe('DELETE_COMPLETE');
});

test('what fails inside is told outside', async () => {
  const { cfn, things, statusOf, eventsOf } = lab;
  things.failing.set('create I', 'broken');
  await s3.putObject({ Bucket, Key: 'broken.json', Body: inner('1') });
  await cfn.createStack({ StackName: 'failing', TemplateBody: outer('broken.json') });
  expect(await statusOf('failing')).toBe('ROLLBACK_COMPLETE');
  expect((await eventsOf('failing')).find((event) => event.startsWith('Child | CREATE_FAILED'))).toMatch(
    /^Child \| CREATE_FAILED \| Embedded stack arn:aws:cloudformation:.* was not successfully created: The following resource\(s\) failed to create: \[I\]\. $/,
  );
  const { StackSummaries = [] } = await cfn.listStacks({
    StackStatusFilter: ['CREATE_COMPLETE', 'ROLLBACK_COMPLETE'],
  });
  expect(StackSummaries.map(({ StackName }) => StackName)).toEqual(['failing']);
  await cfn.deleteStack({ StackName: 'failing' });
  await cfn.createStack({ StackName: 'missing', TemplateBody: outer('nowhere.json') });
  expect((await eventsOf('missing')).find((event) => event.startsWith('Child | CREATE_FAILED'))).toContain(
    'S3 error',
  );
  await cfn.deleteStack({ StackName: 'missing' });
});

test('a template in a bucket is read by any of its URLs', async () => {
  const { cfn, runtime, statusOf } = lab;
  await s3.putObject({ Bucket, Key: 'a/b c.json', Body: template({ A: thing() }) });
  for (const [index, TemplateURL] of [
    `${runtime.endpoint}/${Bucket}/a/b%20c.json`,
    `https://${Bucket}.s3.amazonaws.com/a/b%20c.json`,
    `https://${Bucket}.s3.eu-west-1.amazonaws.com/a/b%20c.json`,
    `https://s3.amazonaws.com/${Bucket}/a/b%20c.json`,
  ].entries()) {
    await cfn.createStack({ StackName: `url-${index}`, TemplateURL });
    expect(await statusOf(`url-${index}`)).toBe('CREATE_COMPLETE');
  }
  await expect(
    cfn.createStack({ StackName: 'none', TemplateURL: `${runtime.endpoint}/${Bucket}/none.json` }),
  ).rejects.toThrow('S3 error: The specified key does not exist.');
  await expect(cfn.createStack({ StackName: 's3', TemplateURL: `s3://${Bucket}/x` })).rejects.toThrow(
    'S3 error: Domain name specified in templates is not a valid S3 domain',
  );
});
