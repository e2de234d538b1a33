import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../runtime/src/testing/test-runtime.ts';
import { GlueScripts } from './glue-script.ts';

const UID = '20261121T090102';
const HEADER = 'item_id,date,p10,p50,p90';
const PARTS = 1001;

let runtime: TestRuntime;
let scripts: GlueScripts;
let buckets = 0;

beforeAll(async () => {
  runtime = await startTestRuntime();
  scripts = new GlueScripts(runtime);
});
afterAll(() => runtime?.[Symbol.asyncDispose]());

/** Puts these objects into a bucket of its own and postprocesses them. */
async function postprocess(objects: Readonly<Record<string, string>>) {
  const bucket = `postprocess-${++buckets}`;
  await scripts.s3.createBucket({ Bucket: bucket });
  const puts = Object.entries(objects).map(([Key, Body]) => ({ Bucket: bucket, Key, Body }));
  for (let at = 0; at < puts.length; at += 50) {
    await Promise.all(puts.slice(at, at + 50).map((put) => scripts.s3.putObject(put)));
  }
  const end = await scripts.run('postprocess', { bucket, uid: UID });
  const keys = await scripts.keys(bucket, 'forecast/');
  return { ...end, keys, merged: keys.length > 0 ? await scripts.text(bucket, keys[0]!) : undefined };
}

const part = (number: number) => `export/${UID}/Forecast_${UID}_2026-11-21T09-05-00Z_part${number}.csv`;
const csv = (...lines: string[]) => `${lines.join('\n')}\n`;

test('A26 Ax4 parts are stacked by rows and sorted by item and date, values as they were exported', async () => {
  const { code, stderr, keys, merged } = await postprocess({
    [part(0)]: csv(
      HEADER,
      'b,2024-02-01T00:00:00Z,1.10,2,3',
      'b,2024-01-01T00:00:00Z,0.1,0.30000000000000004,1e-7',
    ),
    [part(1)]: csv(HEADER, 'a,2024-02-01T00:00:00Z,4,5,6', 'a,2024-01-01T00:00:00Z,,NA,9'),
  });
  expect({ code, stderr, keys }).toEqual({ code: 0, stderr: '', keys: [`forecast/${UID}.csv`] });
  expect(merged).toBe(
    csv(
      HEADER,
      'a,2024-01-01T00:00:00Z,,NA,9',
      'a,2024-02-01T00:00:00Z,4,5,6',
      'b,2024-01-01T00:00:00Z,0.1,0.30000000000000004,1e-7',
      'b,2024-02-01T00:00:00Z,1.10,2,3',
    ),
  );
});

test('A26 dimensions are sorted before the date, and names may have commas and quotes', async () => {
  const header = 'item_id,store_id,date,mean';
  const { merged } = await postprocess({
    [part(0)]: csv(header, '"a, ""b""",2,2024-01-01T00:00:00Z,1', '"a, ""b""",1,2024-02-01T00:00:00Z,2'),
    [part(1)]: csv(header, '"a, ""b""",1,2024-01-01T00:00:00Z,3'),
  });
  expect(merged).toBe(
    csv(
      header,
      '"a, ""b""",1,2024-01-01T00:00:00Z,3',
      '"a, ""b""",1,2024-02-01T00:00:00Z,2',
      '"a, ""b""",2,2024-01-01T00:00:00Z,1',
    ),
  );
});

test('Ax4 Ax5 parts with a header only are dropped; other runs and other files are left alone', async () => {
  const { code, merged } = await postprocess({
    [part(0)]: csv(HEADER),
    [part(1)]: csv(HEADER, 'a,2024-01-01T00:00:00Z,1,2,3'),
    [`export/${UID}/_SUCCESS`]: 'done',
    [`export/${UID}xabc/other_part0.csv`]: csv(HEADER, 'other,2024-01-01T00:00:00Z,7,8,9'),
  });
  expect(code).toBe(0);
  expect(merged).toBe(csv(HEADER, 'a,2024-01-01T00:00:00Z,1,2,3'));
});

test('Ax5 more than a thousand parts are all merged', async () => {
  const parts = Array.from({ length: PARTS }, (_, number) => [
    part(number),
    csv(HEADER, `item_${String(number).padStart(4, '0')},2024-01-01T00:00:00Z,1,2,3`),
  ]);
  const { code, merged = '' } = await postprocess(Object.fromEntries(parts));
  expect(code).toBe(0);
  const items = merged
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',')[0]);
  expect(items).toHaveLength(PARTS);
  expect(items).toEqual(items.toSorted((a = '', b = '') => a.localeCompare(b)));
});

test.each([
  ['an empty folder', {}, 0],
  ['parts without rows', { [part(0)]: csv(HEADER), [part(1)]: csv(HEADER) }, 2],
])('Ax5 %s is a clear error', async (_, objects, count) => {
  const { code, stderr, keys } = await postprocess(objects);
  expect({ code, keys }).toEqual({ code: 1, keys: [] });
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
    new RegExp(
      `^NothingExported: s3://postprocess-\\d+/export/${UID}/ has ${count} CSV files and no forecast rows`,
    ),
  );
});
