import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAwsCli, runPython } from '../../testing/python-clients.ts';
import { type Lab, startLab } from './testing/lab.ts';

let lab: Lab;
let folder: string;

beforeAll(async () => {
  lab = await startLab();
  folder = mkdtempSync(join(tmpdir(), 'slipway-clients-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await lab[Symbol.asyncDispose]();
});

const TEMPLATE = `
Parameters:
  Value: { Type: String, Default: one }
Resources:
  A:
    Type: Test::Thing
    Properties: { Name: !Sub '\${AWS::StackName}-a', Value: !Ref Value }
Outputs:
  Name: { Value: !Ref A }
`;

test('the AWS CLI deploys, finds nothing to change, changes and deletes', async () => {
  const file = join(folder, 'template.yaml');
  writeFileSync(file, TEMPLATE);
  const aws = (...args: string[]) => runAwsCli(lab.runtime, 'cloudformation', ...args);
  const deploy = ['deploy', '--stack-name', 'cli', '--template-file', file];
  expect(await aws(...deploy)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Successfully created/updated stack - cli'),
  });
  expect(await aws(...deploy, '--no-fail-on-empty-changeset')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('No changes to deploy. Stack cli is up to date'),
  });
  expect(await aws(...deploy, '--parameter-overrides', 'Value=two')).toMatchObject({ code: 0, stderr: '' });
  expect(lab.things.existing.get('cli-a')).toMatchObject({ Value: 'two' });
  expect(await aws('describe-stacks', '--stack-name', 'cli', '--query', 'Stacks[0].Outputs')).toMatchObject({
    stdout: expect.stringContaining('"OutputValue": "cli-a"'),
  });
  expect(await aws('validate-template', '--template-body', `file://${file}`)).toMatchObject({ code: 0 });
  expect(await aws('delete-stack', '--stack-name', 'cli')).toMatchObject({ code: 0 });
  expect(await aws('wait', 'stack-delete-complete', '--stack-name', 'cli')).toMatchObject({ code: 0 });
  expect(await aws('describe-stacks', '--stack-name', 'cli')).toMatchObject({
    stderr: expect.stringContaining('Stack with id cli does not exist'),
  });
}, 120_000);

test('boto3 creates, waits, reads the template as it was written, and sees failures', async () => {
  const program = `
import boto3
cfn = boto3.client('cloudformation')
template = '''${TEMPLATE}'''
made = cfn.create_stack(StackName='boto', TemplateBody=template, Tags=[{'Key': 'k', 'Value': 'v'}])
cfn.get_waiter('stack_create_complete').wait(StackName='boto')
stack = boto3.resource('cloudformation').Stack('boto')
assert stack.stack_id == made['StackId'] and stack.tags == [{'Key': 'k', 'Value': 'v'}], stack.tags
assert [r.logical_id for r in stack.resource_summaries.all()] == ['A']
assert cfn.get_template(StackName='boto')['TemplateBody'] == template
try:
    cfn.update_stack(StackName='boto', UsePreviousTemplate=True)
except cfn.exceptions.ClientError as error:
    assert error.response['Error'] == {'Type': 'Sender', 'Code': 'ValidationError', 'Message': 'No updates are to be performed.'}, error.response
else:
    raise AssertionError
change = cfn.create_change_set(StackName='boto', ChangeSetName='c', UsePreviousTemplate=True,
                               Parameters=[{'ParameterKey': 'Value', 'ParameterValue': 'two'}])
cfn.get_waiter('change_set_create_complete').wait(ChangeSetName=change['Id'])
[line] = cfn.describe_change_set(ChangeSetName=change['Id'])['Changes']
assert line['ResourceChange']['Action'] == 'Modify' and line['ResourceChange']['Replacement'] == 'False', line
cfn.execute_change_set(ChangeSetName=change['Id'])
cfn.get_waiter('stack_update_complete').wait(StackName='boto')
kinds = [e['ResourceStatus'] for p in cfn.get_paginator('describe_stack_events').paginate(StackName='boto') for e in p['StackEvents']]
assert kinds[0] == 'UPDATE_COMPLETE' and kinds[-1] == 'CREATE_IN_PROGRESS', kinds
try:
    cfn.describe_change_set(ChangeSetName='none', StackName='boto')
except cfn.exceptions.ChangeSetNotFoundException as error:
    assert error.response['Error']['Code'] == 'ChangeSetNotFound', error.response
else:
    raise AssertionError
stack.delete()
cfn.get_waiter('stack_delete_complete').wait(StackName=made['StackId'])
print('done')
`;
  expect(await runPython(lab.runtime, program)).toMatchObject({ stderr: '', stdout: 'done\n', code: 0 });
}, 120_000);
