import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../runtime/src/testing/test-runtime.ts';
import { GlueScripts } from './glue-script.ts';
import { zipOf } from './sales.ts';

const TARGET = 'time,item,value\n2024-01-01,a,1\n';
const RELATED = 'time,item,price\n2024-01-01,a,2\n';
const METADATA = 'item,kind\na,x\n';
const named = (...names: string[]) =>
  names.map((AttributeName) => ({ AttributeName, AttributeType: TYPES[AttributeName] ?? 'string' }));
const TYPES: Record<string, string> = { timestamp: 'timestamp', target_value: 'float', price: 'float' };
/** As the state machine hands them over. */
const SCHEMAS = {
  TTS: named('timestamp', 'item_id', 'target_value'),
  RTS: named('timestamp', 'item_id', 'price'),
  IM: named('item_id', 'kind'),
};
const LARGE = '0'.repeat(3 * 1024 * 1024 + 100);

let runtime: TestRuntime;
let scripts: GlueScripts;
let buckets = 0;

beforeAll(async () => {
  runtime = await startTestRuntime();
  scripts = new GlueScripts(runtime);
  await scripts.s3.createBucket({ Bucket: 'parts' });
  await scripts.s3.putObject({ Bucket: 'parts', Key: 'parts.zip', Body: await inputParts() });
});
afterAll(() => runtime?.[Symbol.asyncDispose]());

// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7 and 4.3.12
const LOCAL_HEADER = Buffer.from('PK\u0003\u0004');
const CENTRAL_HEADER = Buffer.from('PK\u0001\u0002');
const FLAGS = 6;
const METHOD = 8;
const CHECKSUM = 14;
const SIZE = 22;

/** Uploads a zip and preprocesses it, in a bucket of its own. */
async function preprocess(zip: Buffer, settings: Record<string, string> = {}) {
  const bucket = `preprocess-${++buckets}`;
  const key = settings['key'] ?? 'raw/data.zip';
  await scripts.s3.createBucket({ Bucket: bucket });
  const { ETag = '' } = await scripts.s3.putObject({ Bucket: bucket, Key: key, Body: zip });
  const end = await scripts.run('preprocess', {
    bucket,
    key,
    etag: ETag.replaceAll('"', ''),
    kinds: '["TTS"]',
    max_unzipped_mb: '1',
    uid: 'run',
    schemas: JSON.stringify(SCHEMAS),
    timestamp_format: 'yyyy-MM-dd HH:mm:ss',
    parts_bucket: 'parts',
    parts_key: 'parts.zip',
    ...settings,
  });
  return { ...end, bucket, inputs: await scripts.keys(bucket, 'input/') };
}

/** The archive that the stack uploads beside the script. */
async function inputParts(): Promise<Buffer> {
  const folder = new URL('../../../pipelines/src/forecast/input/forecast_input/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.py'));
  return await zipOf(
    Object.fromEntries(
      names.map((name) => [`forecast_input/${name}`, readFileSync(new URL(name, folder), 'utf8')]),
    ),
  );
}

/** The last line of a failed script's traceback. */
const reason = (stderr: string) => stderr.trimEnd().split('\n').at(-1) ?? '';

/** A zip in which every occurrence of a name is another one of the same length. */
function renamed(zip: Buffer, from: string, to: string): Buffer {
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
}

test('A19 Ax3 every declared file is unpacked to input/ as it is', async () => {
  const zip = await zipOf({ 'TTS.csv': TARGET, 'RTS.csv': RELATED, 'IM.csv': METADATA });
  const { code, stderr, bucket, inputs } = await preprocess(zip, { kinds: '["TTS","RTS","IM"]' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(inputs).toEqual(['input/IM.csv', 'input/RTS.csv', 'input/TTS.csv']);
  expect(await scripts.text(bucket, 'input/TTS.csv')).toBe(TARGET);
  expect(await scripts.text(bucket, 'input/RTS.csv')).toBe(RELATED);
  expect(await scripts.text(bucket, 'input/IM.csv')).toBe(METADATA);
});

test('Ax3 IM.csv and RTS.csv are optional, and one without a declaration is not used', async () => {
  const zip = await zipOf({ 'TTS.csv': TARGET, 'IM.csv': METADATA });
  const { code, stdout, inputs } = await preprocess(zip);
  expect(code).toBe(0);
  expect(inputs).toEqual(['input/TTS.csv']);
  expect(stdout).toContain('IM.csv is in the zip but forecast-config.json has no Dataset.IM: it is not used');
});

test('Ax2 the zip of the event is read, whatever its name', async () => {
  const { code, inputs } = await preprocess(await zipOf({ 'TTS.csv': TARGET }), {
    key: 'raw/März & sales.zip',
  });
  expect({ code, inputs }).toEqual({ code: 0, inputs: ['input/TTS.csv'] });
});

test('A19 files in a folder are found, and the extras of macOS and others are passed over', async () => {
  const zip = await zipOf({
    'data/TTS.csv': TARGET,
    'data/im.CSV': METADATA,
    'data/.DS_Store': 'x',
    '__MACOSX/data/._TTS.csv': 'x',
    '__MACOSX/TTS.csv': 'x',
    'data/read me.txt': 'x',
  });
  const { code, stdout, stderr, bucket, inputs } = await preprocess(zip, { kinds: '["TTS","IM"]' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(inputs).toEqual(['input/IM.csv', 'input/TTS.csv']);
  expect(await scripts.text(bucket, 'input/TTS.csv')).toBe(TARGET);
  expect(stdout).toContain('data/read me.txt: not one of TTS.csv, RTS.csv and IM.csv, passed over');
});

test.each<[string, () => Promise<Buffer>, string, Record<string, string>?]>([
  [
    'A13 no TTS.csv',
    () => zipOf({ 'IM.csv': METADATA }),
    'raw/data.zip has no TTS.csv, which forecast-config.json declares (Dataset.TTS). Found in the zip: IM.csv.',
  ],
  ['an empty archive', () => zipOf({}), 'Found in the zip: none of them.'],
  [
    'Ax3 a declared RTS.csv that is missing',
    () => zipOf({ 'TTS.csv': TARGET }),
    'raw/data.zip has no RTS.csv, which forecast-config.json declares (Dataset.RTS). Found in the zip: TTS.csv.',
    { kinds: '["TTS","RTS"]' },
  ],
  [
    'a file that is there twice',
    () => zipOf({ 'a/TTS.csv': TARGET, 'b/TTS.csv': TARGET }),
    'The zip has TTS.csv more than once, the second time as b/TTS.csv',
  ],
  [
    'a way out of the folder',
    async () => renamed(await zipOf({ 'TTS.csv': TARGET, 'xx/IM.csv': METADATA }), 'xx/IM', '../IM'),
    'The entry ../IM.csv points outside of the archive; refusing the whole zip',
  ],
  [
    'an absolute path',
    async () => renamed(await zipOf({ 'tmp/TTS.csv': TARGET }), 'tmp/TTS', '/tm/TTS'),
    'The entry /tm/TTS.csv points outside of the archive',
  ],
  [
    'a zip bomb',
    () => zipOf({ 'TTS.csv': LARGE }),
    'The zip unpacks to more than 1 MB (at TTS.csv). If that is intended, raise maxUnzippedMegabytes',
  ],
  [
    'a zip bomb that declares to be small',
    async () => patched(await zipOf({ 'TTS.csv': LARGE }), SIZE + 2, () => 0),
    'TTS.csv is damaged: Bad CRC-32',
  ],
  [
    'an encrypted entry',
    async () => patched(await zipOf({ 'TTS.csv': TARGET }), FLAGS, (flags) => flags | 1),
    'TTS.csv is encrypted; upload a zip without a password',
  ],
  [
    'an entry with a wrong checksum',
    async () => patched(await zipOf({ 'TTS.csv': TARGET }), CHECKSUM, (value) => value ^ 1),
    'TTS.csv is damaged: Bad CRC-32',
  ],
  [
    'an entry that cannot be decompressed',
    async () => damaged(await zipOf({ 'TTS.csv': TARGET.repeat(100) })),
    'TTS.csv is damaged: Error -3 while decompressing data',
  ],
  [
    'an entry of an unknown kind of compression',
    async () => patched(await zipOf({ 'TTS.csv': TARGET }), METHOD, () => 99),
    'TTS.csv cannot be unpacked: That compression method is not supported. Zip it with deflate',
  ],
  [
    'a cut archive',
    async () => (await zipOf({ 'TTS.csv': TARGET })).subarray(0, -10),
    'The upload is not a zip archive: File is not a zip file',
  ],
  [
    'a file that is no archive',
    () => Promise.resolve(Buffer.from(TARGET)),
    'The upload is not a zip archive: File is not a zip file',
  ],
])('A19 %s is refused by name, and nothing reaches input/', async (_, zip, message, settings) => {
  const { code, stderr, inputs } = await preprocess(await zip(), settings);
  expect(reason(stderr)).toMatch(/^InvalidArchive: /);
  expect(reason(stderr)).toContain(message);
  expect({ code, inputs }).toEqual({ code: 1, inputs: [] });
});

const NORMAL = 'time,item,value\n2024-02-01 00:00:00,Größe,1234.5\n2024-02-22 00:00:00,b,7\n';
const rows = (by: string, ...dates: string[]) =>
  `time${by}item${by}value\n${dates[0]}${by}Größe${by}1.234,5\n${dates[1]}${by}b${by}7\n`;

test.each<[string, string, string | Buffer, string]>([
  [
    'Latin-1, semicolons, day first',
    'TTS.csv',
    Buffer.from(rows(';', '01.02.2024', '22.02.2024'), 'latin1'),
    'Windows-1252, columns separated by semicolons, dates with the day first',
  ],
  [
    'UTF-16, tabs, slashes',
    'TTS.csv',
    Buffer.from(`\uFEFF${rows('\t', '01/02/2024', '22/02/2024')}`, 'utf16le'),
    'UTF-16, columns separated by tabs, dates with the day first',
  ],
  [
    "Excel's first line and numbers for dates",
    'TTS.csv',
    `sep=;\n${rows(';', '45323', '45344')}`,
    "Excel's numbers",
  ],
])('a file with %s is made ordinary, and what was assumed is said', async (_, name, content, said) => {
  const { code, stderr, stdout, bucket } = await preprocess(await zipOf({ [name]: content }));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(await scripts.text(bucket, 'input/TTS.csv')).toBe(NORMAL);
  expect(stdout).toContain(said);
  expect(JSON.parse(await scripts.text(bucket, 'notes/run.json'))).toEqual([
    expect.stringContaining('decimal comma (such as 1.234,5)'),
  ]);
});

test('an Excel workbook is read: texts, numbers, dates', async () => {
  const { code, stderr, bucket } = await preprocess(await zipOf({ 'TTS.xlsx': await workbook() }));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(await scripts.text(bucket, 'input/TTS.csv')).toBe(NORMAL);
});

test.each([
  ['01/02/2024;a;1\n', "TTS.csv, row 1, column timestamp: '01/02/2024' may have the day or the month first"],
  ['2024-01-01;a;1.234\n', "TTS.csv, row 1, column target_value: '1.234' may have thousands"],
  [
    '01.02.2024;a;1,5\n01.13.2024;a;2,5\n',
    "row 2, column timestamp: '01.13.2024' is no date with the day first",
  ],
])('what may be read in two ways is refused with row and column: %j', async (content, message) => {
  const { code, stderr, inputs } = await preprocess(await zipOf({ 'TTS.csv': content }));
  expect(reason(stderr)).toContain(`InvalidInput: `);
  expect(reason(stderr)).toContain(message);
  expect({ code, inputs }).toEqual({ code: 1, inputs: [] });
});

/** A small workbook as Excel writes it. */
async function workbook(): Promise<Buffer> {
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const cell = (type: string, value: string) => `<c t="${type}"><v>${value}</v></c>`;
  const row = (date: number, item: number, value: string) =>
    `<row><c s="1"><v>${date}</v></c>${cell('s', String(item))}${cell('n', value)}</row>`;
  return await zipOf({
    'xl/workbook.xml': `<workbook xmlns:r="${relations}"><sheets><sheet name="x" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/styles.xml': '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    'xl/sharedStrings.xml':
      '<sst><si><t>time</t></si><si><t>item</t></si><si><t>value</t></si><si><r><t>Grö</t></r><r><t>ße</t></r></si><si><t>b</t></si></sst>',
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData><row>${[0, 1, 2].map((at) => cell('s', String(at))).join('')}</row>${row(45323, 3, '1234.5')}${row(45344, 4, '7')}</sheetData></worksheet>`,
  });
}

test('an upload that has been replaced since says so instead of using the newer data', async () => {
  const { code, stderr, inputs } = await preprocess(await zipOf({ 'TTS.csv': TARGET }), {
    etag: 'a'.repeat(32),
  });
  expect({ code, inputs }).toEqual({ code: 1, inputs: [] });
  expect(reason(stderr)).toMatch(/raw\/data\.zip was replaced after it had started this run/);
});

/** Changes a two-byte field in both headers of the only entry. */
function patched(zip: Buffer, field: number, change: (value: number) => number): Buffer {
  const copy = Buffer.from(zip);
  // The central header has one more field in front.
  for (const at of [copy.indexOf(LOCAL_HEADER) + field, copy.indexOf(CENTRAL_HEADER) + field + 2]) {
    copy.writeUInt16LE(change(copy.readUInt16LE(at)), at);
  }
  return copy;
}

/** Spoils the only entry's content: what begins so is no deflate stream. */
function damaged(zip: Buffer): Buffer {
  const copy = Buffer.from(zip);
  copy[30 + copy.readUInt16LE(26) + copy.readUInt16LE(28)] = 0xff;
  return copy;
}
