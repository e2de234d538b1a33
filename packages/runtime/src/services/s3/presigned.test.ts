import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import { runPython } from '../../testing/python-clients.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';

const HOUR_MS = 3600_000;

let clock: ManualClock;
let runtime: TestRuntime;

beforeAll(async () => {
  // boto3 counts from the machine's time.
  clock = new ManualClock(Date.now());
  runtime = await startTestRuntime({}, { clock });
});
afterAll(() => runtime[Symbol.asyncDispose]());

async function python(program: string): Promise<string[]> {
  const { stdout, stderr } = await runPython(runtime, program);
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

test('presigned URLs work until they expire, in both versions of the signature', async () => {
  const [get = '', put = '', old = ''] = await python(`
import boto3
from botocore.config import Config
s3 = boto3.client('s3', config=Config(signature_version='s3v4'))
s3.create_bucket(Bucket='presigned')
s3.put_object(Bucket='presigned', Key='a b', Body=b'content')
params = {'Bucket': 'presigned', 'Key': 'a b'}
print(s3.generate_presigned_url('get_object', {**params, 'ResponseContentType': 'text/csv'}, ExpiresIn=600))
print(s3.generate_presigned_url('put_object', {**params, 'Metadata': {'a': '1'}}, ExpiresIn=600))
old = boto3.client('s3', config=Config(signature_version='s3'))
print(old.generate_presigned_url('get_object', params, ExpiresIn=600))
`);
  const got = await fetch(get);
  expect([got.status, got.headers.get('content-type'), await got.text()]).toEqual([
    200,
    'text/csv',
    'content',
  ]);
  expect((await fetch(put, { method: 'PUT', body: 'changed' })).status).toBe(200);
  expect(await (await fetch(old)).text()).toBe('changed');
  clock.advance(HOUR_MS);
  for (const url of [get, old]) {
    const expired = await fetch(url);
    expect(expired.status).toBe(403);
    expect(await expired.text()).toContain('<Code>AccessDenied</Code><Message>Request has expired</Message>');
  }
  expect((await fetch(put, { method: 'PUT', body: 'late' })).status).toBe(403);
});
