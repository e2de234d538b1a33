import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAwsCli, runPython } from '../../testing/python-clients.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';

let runtime: TestRuntime;
let folder: string;

beforeAll(async () => {
  runtime = await startTestRuntime();
  folder = mkdtempSync(join(tmpdir(), 'slipway-files-'));
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function python(program: string): Promise<string[]> {
  const { stdout, stderr } = await runPython(runtime, program);
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

async function cli(...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await runAwsCli(runtime, ...args);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

test('boto3 uploads and downloads files in parts, pages through lists and knows the faults', async () => {
  const lines = await python(`
import boto3, filecmp, os
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError
s3 = boto3.client('s3')
s3.create_bucket(Bucket='from-boto3')
s3.get_waiter('bucket_exists').wait(Bucket='from-boto3')
path = os.path.join('${folder}', 'large')
with open(path, 'wb') as file:
    file.write(os.urandom(21_000_000))
config = TransferConfig(multipart_threshold=8_388_608, multipart_chunksize=8_388_608)
s3.upload_file(path, 'from-boto3', 'dir/large', Config=config, ExtraArgs={'Metadata': {'a': '1'}})
head = s3.head_object(Bucket='from-boto3', Key='dir/large')
print(head['ContentLength'], head['ETag'].endswith('-3"'), head['Metadata'])
s3.download_file('from-boto3', 'dir/large', path + '.copy', Config=config)
print(filecmp.cmp(path, path + '.copy', shallow=False))
s3.copy({'Bucket': 'from-boto3', 'Key': 'dir/large'}, 'from-boto3', 'copy', Config=config)
print(s3.head_object(Bucket='from-boto3', Key='copy')['ContentLength'])
for index in range(25):
    s3.put_object(Bucket='from-boto3', Key=f'many/{index:02}', Body=b'x' * index)
pages = s3.get_paginator('list_objects_v2').paginate(Bucket='from-boto3', Prefix='many/', PaginationConfig={'PageSize': 10})
print([page['KeyCount'] for page in pages])
body = s3.get_object(Bucket='from-boto3', Key='many/24')['Body']
print(body.read())
for call in (lambda: s3.get_object(Bucket='from-boto3', Key='none'), lambda: s3.head_object(Bucket='from-boto3', Key='none')):
    try:
        call()
    except ClientError as error:
        print(error.response['Error']['Code'], error.response['ResponseMetadata']['HTTPStatusCode'])
bucket = boto3.resource('s3').Bucket('from-boto3')
bucket.objects.all().delete()
bucket.delete()
print('from-boto3' in [bucket['Name'] for bucket in s3.list_buckets()['Buckets']])
`);
  expect(lines).toEqual([
    `21000000 True {'a': '1'}`,
    'True',
    '21000000',
    '[10, 10, 5]',
    `b'${'x'.repeat(24)}'`,
    'NoSuchKey 404',
    '404 404',
    'False',
  ]);
});

test('the AWS CLI copies, synchronises, lists and removes', async () => {
  const source = join(folder, 'source');
  mkdirSync(join(source, 'deep'), { recursive: true });
  writeFileSync(join(source, 'a.txt'), 'a');
  writeFileSync(join(source, 'deep', 'b ü.txt'), 'bb');
  writeFileSync(join(source, 'large.bin'), Buffer.alloc(9_000_000, 'large'));
  await cli('s3', 'mb', 's3://from-cli');
  await cli('s3', 'sync', source, 's3://from-cli/data', '--no-progress');
  const listing = await cli('s3', 'ls', 's3://from-cli', '--recursive');
  const names = listing
    .trim()
    .split('\n')
    .map((line) => line.replace(/^.{20}/, ''));
  expect(names).toEqual([
    '         1 data/a.txt',
    '         2 data/deep/b ü.txt',
    '   9000000 data/large.bin',
  ]);
  expect(await cli('s3', 'ls', 's3://from-cli/data/')).toContain('PRE deep/');
  expect(await cli('s3', 'sync', source, 's3://from-cli/data', '--no-progress')).toBe('');
  rmSync(join(source, 'a.txt'));
  expect(await cli('s3', 'sync', source, 's3://from-cli/data', '--delete')).toContain(
    'delete: s3://from-cli/data/a.txt',
  );
  const target = join(folder, 'target');
  await cli('s3', 'cp', 's3://from-cli/data', target, '--recursive', '--no-progress');
  expect(readFileSync(join(target, 'deep', 'b ü.txt'), 'utf8')).toBe('bb');
  expect(readFileSync(join(target, 'large.bin')).equals(Buffer.alloc(9_000_000, 'large'))).toBe(true);
  await cli('s3', 'mv', 's3://from-cli/data/large.bin', 's3://from-cli/moved', '--no-progress');
  await cli('s3', 'rm', 's3://from-cli', '--recursive');
  await cli('s3', 'rb', 's3://from-cli');
  const url = await cli('s3', 'presign', 's3://from-cli/data/a.txt');
  expect((await fetch(url.trim())).status).toBe(404);
});
