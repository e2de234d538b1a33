import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3 } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAwsCli, runPython } from '../../testing/python-clients.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { archiveOf, FunctionTests, ROLE } from './testing.ts';

let runtime: TestRuntime;
let functions: FunctionTests;
let s3: S3;
let folder: string;

beforeAll(async () => {
  runtime = await startTestRuntime();
  functions = new FunctionTests(runtime);
  s3 = new S3(runtime.clientConfig);
  folder = mkdtempSync(join(tmpdir(), 'slipway-cli-'));
  await s3.createBucket({ Bucket: 'code' });
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test('boto3 creates from S3, waits, invokes, pages and deletes', async () => {
  await s3.putObject({
    Bucket: 'code',
    Key: 'echo.zip',
    Body: await archiveOf({ 'index.py': 'def handler(e, c):\n    return {"got": e}\n' }),
  });
  const program = `
import boto3, json
from botocore.exceptions import ClientError
client = boto3.client('lambda')
client.create_function(FunctionName='by-boto3', Runtime='python3.12', Handler='index.handler', Role='${ROLE}',
                       Code={'S3Bucket': 'code', 'S3Key': 'echo.zip'})
client.get_waiter('function_active_v2').wait(FunctionName='by-boto3')
answer = client.invoke(FunctionName='by-boto3', Payload=json.dumps([1]), LogType='Tail')
print(answer['StatusCode'], answer['ExecutedVersion'], answer['Payload'].read().decode(), 'LogResult' in answer)
client.update_function_configuration(FunctionName='by-boto3', Timeout=9)
client.get_waiter('function_updated_v2').wait(FunctionName='by-boto3')
print(client.get_function_configuration(FunctionName='by-boto3')['Timeout'])
print([f['FunctionName'] for p in client.get_paginator('list_functions').paginate() for f in p['Functions']])
try:
    client.create_function(FunctionName='none', Runtime='python3.12', Handler='i.h', Role='${ROLE}',
                           Code={'S3Bucket': 'code', 'S3Key': 'missing.zip'})
except ClientError as error:
    print(error.response['Error'])
client.delete_function(FunctionName='by-boto3')
try:
    client.get_function(FunctionName='by-boto3')
except client.exceptions.ResourceNotFoundException as error:
    print(error.response['Error']['Message'])
`;
  const { stdout, stderr } = await runPython(runtime, program);
  expect(stderr).toBe('');
  expect(stdout.trim().split('\n')).toEqual([
    '200 $LATEST {"got": [1]} True',
    '9',
    "['by-boto3']",
    "{'Message': 'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.', 'Code': 'InvalidParameterValueException'}",
    'Function not found: arn:aws:lambda:us-east-1:000000000000:function:by-boto3',
  ]);
});

test('the AWS CLI creates, waits, invokes and lists', async () => {
  const archive = join(folder, 'code.zip');
  const out = join(folder, 'out.json');
  writeFileSync(
    archive,
    await archiveOf({ 'index.mjs': 'export const handler = async (event) => ({ got: event });' }),
  );
  const cli = async (...args: string[]) => {
    const { code, stdout, stderr } = await runAwsCli(runtime, 'lambda', ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.trim();
  };
  const name = ['--function-name', 'by-cli'];
  await cli(
    'create-function',
    ...name,
    '--runtime',
    'nodejs22.x',
    '--handler',
    'index.handler',
    '--role',
    ROLE,
    '--zip-file',
    `fileb://${archive}`,
  );
  await cli('wait', 'function-active-v2', ...name);
  await cli('invoke', ...name, '--payload', '{"n":1}', '--log-type', 'Tail', out);
  expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual({ got: { n: 1 } });
  await cli(
    'add-permission',
    ...name,
    '--statement-id',
    's',
    '--action',
    'lambda:InvokeFunction',
    '--principal',
    's3.amazonaws.com',
  );
  await cli('publish-version', ...name);
  expect(
    await cli('list-versions-by-function', ...name, '--query', 'Versions[].Version', '--output', 'text'),
  ).toBe('$LATEST\t1');
});

test('Node functions write to S3, by import', async () => {
  await functions.create('writer', 'nodejs22.x', {
    'index.mjs': `import { S3Client, PutObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3';
const s3 = new S3Client();
export const handler = async ({ Key, Body }) => {
  await s3.send(new PutObjectCommand({ Bucket: 'code', Key, Body }));
  const { Body: stored } = await s3.send(new GetObjectCommand({ Bucket: 'code', Key }));
  return await stored.transformToString();
};`,
  });
  expect((await functions.invoke('writer', { Key: 'a b/ü.txt', Body: 'text' })).payload).toBe('text');
});

test('Python functions write to S3, with boto3', async () => {
  await functions.python(
    'py-writer',
    `import boto3
s3 = boto3.client('s3')
def handler(event, context):
    s3.put_object(Bucket='code', Key='k', Body=b'from python')
    return s3.get_object(Bucket='code', Key='k')['Body'].read().decode()
`,
  );
  expect((await functions.invoke('py-writer')).payload).toBe('from python');
});
