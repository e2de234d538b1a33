import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { slipway, testFolder } from './slipway.ts';

function assembly(resources: object, dockerImages: object = {}): string {
  const folder = testFolder();
  const out = join(folder, 'cdk.out');
  mkdirSync(out);
  const write = (name: string, value: object) =>
    writeFileSync(join(out, name), JSON.stringify(value, null, 1));
  write('Lab.template.json', { Resources: resources });
  write('Lab.assets.json', { files: {}, dockerImages });
  write('manifest.json', {
    artifacts: {
      'Lab.assets': { type: 'cdk:asset-manifest', properties: { file: 'Lab.assets.json' } },
      Lab: {
        type: 'aws:cloudformation:stack',
        environment: 'aws://unknown-account/unknown-region',
        properties: { templateFile: 'Lab.template.json' },
        dependencies: ['Lab.assets'],
      },
    },
  });
  return folder;
}

const task = (Resource: unknown) => ({ Type: 'Task', Resource, End: true });

test('what would be refused is told with its line, and nothing is made', async () => {
  const Role = 'arn:aws:iam::000000000000:role/r';
  const folder = assembly(
    {
      Lake: { Type: 'AWS::LakeFormation::Tag', Properties: {} },
      Word: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: 'x', Colour: 'red' } },
      Jar: {
        Type: 'AWS::Lambda::Function',
        Properties: { Runtime: 'java21', Handler: 'x', Role, Code: { S3Bucket: 'b', S3Key: 'k' } },
      },
      Image: {
        Type: 'AWS::Lambda::Function',
        Properties: { PackageType: 'Image', Role, Code: { ImageUri: 'x' } },
      },
    },
    { img: {} },
  );
  const { code, out } = await slipway(folder, ['check', 'cdk.out', '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject([
    {
      stackName: 'Lab',
      deployable: false,
      assets: [expect.stringContaining('container image among its assets (img)')],
      resources: [
        { logicalId: 'Lake', verdict: 'refused', findings: [{ path: '/Resources/Lake/Type', line: 4 }] },
        { logicalId: 'Word', findings: [{ path: '/Resources/Word/Properties/Colour', line: 12 }] },
        { logicalId: 'Jar', findings: [{ message: expect.stringContaining('java21'), line: 18 }] },
        { logicalId: 'Image', findings: [{ message: expect.stringContaining('container images') }] },
      ],
    },
  ]);
  expect(existsSync(join(folder, '.slipway'))).toBe(false);
});

test('what is accepted but inert or of no use is told, with exit code 0', async () => {
  const states = {
    A: task('arn:aws:states:::sagemaker:createLabelingJob.sync'),
    B: task('arn:aws:states:::aws-sdk:dynamodb:putItem'),
    C: task('arn:aws:states:::lambda:invoke'),
  };
  const [before, after] = JSON.stringify({ StartAt: 'D', States: { ...states, D: task('@') } }).split('@');
  const folder = assembly({
    Topic: { Type: 'AWS::SNS::Topic' },
    Job: {
      Type: 'AWS::Glue::Job',
      Properties: { Role: 'r', Command: { Name: 'glueetl', ScriptLocation: 's3://b/k' } },
    },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        RoleArn: 'r',
        TracingConfiguration: { Enabled: true },
        DefinitionString: { 'Fn::Join': ['', [before, { Ref: 'Topic' }, after]] },
      },
    },
    Note: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'x' } },
  });
  const { code, out } = await slipway(folder, ['check', 'cdk.out']);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Lab: can be deployed') });
  expect(out).toContain('jobs with the command glueetl cannot be run');
  expect(out).toContain(
    'state A: States.Runtime: The integration sagemaker:createLabelingJob is not supported',
  );
  expect(out).toContain('state B: States.Runtime: This version of Slipway has no service dynamodb');
  expect(out).not.toContain('state C');
  expect(out).toContain('/Resources/Machine/Properties/TracingConfiguration: inert');
  expect(out).toContain('the type is accepted without effect');
  expect(out).toContain('1 served, 3 accepted with remarks, 0 refused');
});

test('the pipeline of this project can be deployed', async () => {
  const { code, out } = await slipway(testFolder(), ['check', 'forecast']);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(' 0 refused') });
});
