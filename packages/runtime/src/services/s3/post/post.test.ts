import { afterAll, beforeAll, expect, test } from 'vitest';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { runPython } from '../../../testing/python-clients.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';

const HOUR_MS = 3600_000;
// S3 puts the file's name in.
const FILE_NAME_KEY = `dir/\${filename}`;

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

test('forms made by boto3 upload within their policy', async () => {
  const [described = ''] = await python(`
import boto3, json
s3 = boto3.client('s3')
s3.create_bucket(Bucket='forms')
conditions = [['content-length-range', 1, 10], ['starts-with', '$Content-Type', 'text/'], {'x-amz-meta-a': '1'}]
fields = {'x-amz-meta-a': '1'}
print(json.dumps(s3.generate_presigned_post('forms', 'dir/\${filename}', Fields=fields, Conditions=conditions)))
`);
  const { url, fields } = JSON.parse(described) as { url: string; fields: Record<string, string> };
  const send = async (content: string, more: Record<string, string> = {}) => {
    const form = new FormData();
    const all = { ...fields, key: FILE_NAME_KEY, 'Content-Type': 'text/plain', ...more };
    for (const [name, value] of Object.entries(all)) form.set(name, value);
    form.set('file', new File([content], 'ü.txt'));
    const answer = await fetch(url, { method: 'POST', body: form });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  const done = await send('content', {});
  expect([done.status, done.headers.get('etag')]).toEqual([204, '"9a0364b9e99bb480dd25e1f0284c8555"']);
  const object = await fetch(`${runtime.endpoint}/forms/dir/%C3%BC.txt`);
  expect([await object.text(), object.headers.get('x-amz-meta-a')]).toEqual(['content', '1']);
  expect(object.headers.get('content-type')).toBe('text/plain');
  expect((await send('longer than allowed')).text).toContain('<Code>EntityTooLarge</Code>');
  expect((await send('')).text).toContain('<Code>EntityTooSmall</Code>');
  expect((await send('x', { 'Content-Type': 'image/png' })).text).toContain('Policy Condition failed');
  expect((await send('x', { acl: 'public-read' })).text).toContain('Extra input fields: acl');
  expect((await send('x', { success_action_status: '201' })).status).toBe(403);
  clock.advance(2 * HOUR_MS);
  expect((await send('late')).text).toContain('Invalid according to Policy: Policy expired.');
});

test('forms without a policy, and how they want to be answered', async () => {
  const post = (fields: Record<string, string>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', new File(['x'], 'f'));
    return fetch(`${runtime.endpoint}/forms`, { method: 'POST', body: form, redirect: 'manual' });
  };
  const created = await post({ key: 'created', success_action_status: '201' });
  expect(created.status).toBe(201);
  expect(await created.text()).toContain('<PostResponse><Location>');
  const redirected = await post({ key: 'redirected', success_action_redirect: 'http://localhost/done?a=1' });
  expect(redirected.status).toBe(303);
  const location = new URL(redirected.headers.get('location')!);
  expect(Object.fromEntries(location.searchParams)).toMatchObject({
    a: '1',
    bucket: 'forms',
    key: 'redirected',
  });
  expect(await (await post({})).text()).toContain("Bucket POST must contain a field named 'key'.");
});
