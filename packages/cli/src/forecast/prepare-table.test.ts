import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testEnvironment } from '../../../runtime/src/testing/image-environment.ts';
import { UserError } from '../exit-codes.ts';
import { prepareTable, type TableOptions } from './prepare-table.ts';

let folder: string;
let python: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-table-'));
  python = (await testEnvironment('forecast')).python;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DAY = 86_400_000;

/** `2024-01-01` and the days after it. */
const day = (index: number) => new Date(Date.UTC(2024, 0, 1) + index * DAY).toISOString().slice(0, 10);

/** `2020-01` and the months after it. */
const month = (index: number) =>
  `${2020 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

interface Attribute {
  readonly AttributeName: string;
  readonly AttributeType: string;
}

interface Config {
  readonly Dataset: Readonly<
    Record<string, { readonly Schema: { readonly Attributes: readonly Attribute[] } }>
  >;
  readonly AutoPredictor: Readonly<Record<string, unknown>>;
}

async function prepare(content: string | Buffer, options: TableOptions = {}, name = 'sales.csv') {
  const file = join(folder, name);
  writeFileSync(file, content);
  const prepared = await prepareTable(python, file, folder, options);
  const config = JSON.parse(readFileSync(prepared.config, 'utf8')) as Config;
  return { ...prepared, config, files: unzipped(prepared.data) };
}

async function refusal(
  content: string | Buffer,
  options: TableOptions = {},
  name = 'sales.csv',
): Promise<string> {
  const error: unknown = await prepare(content, options, name).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
}

/** The lines of each file of an archive. */
function unzipped(path: string): Record<string, string[]> {
  const program = `import json, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
print(json.dumps({name: archive.read(name).decode().splitlines() for name in archive.namelist()}))`;
  return JSON.parse(execFileSync(python, ['-c', program, path], { encoding: 'utf8' })) as Record<
    string,
    string[]
  >;
}

/** Names and types of a data set's columns. */
const columns = ({ Dataset }: Config, kind: string) =>
  Dataset[kind]?.Schema.Attributes.map(
    ({ AttributeName, AttributeType }) => `${AttributeName} ${AttributeType}`,
  );

test('a German export: separator, encoding, dates and decimals are recognised and said', async () => {
  const rows = range(40).flatMap((index) => {
    const [year, monthText, date] = day(index).split('-');
    return ['Brot', 'Käse'].flatMap((item) =>
      ['Nord', 'Süd'].map(
        (store) =>
          `${date}.${monthText}.${year};${item};${store};${item === 'Brot' ? 'Back' : 'Molke'};${index},5`,
      ),
    );
  });
  const text = ['Datum;Artikel;Filiale;Warengruppe;Umsatz', ...rows].join('\r\n');
  const { said, config, files, largest, ...about } = await prepare(Buffer.from(text, 'latin1'));
  expect(about).toMatchObject({ frequency: 'D', horizon: 14, seriesCount: 4, dimensions: ['Filiale'] });
  expect(said[0]).toBe(
    'sales.csv was read as: Windows-1252, columns separated by semicolons, ' +
      'dates with the day first (such as 01.01.2024), decimal comma (such as 0,5)',
  );
  expect(said[1]).toContain(
    'time Datum; value Umsatz; series by Artikel, Filiale; items described by Warengruppe',
  );
  expect(columns(config, 'TTS')).toEqual([
    'timestamp timestamp',
    'item_id string',
    'Filiale string',
    'target_value float',
  ]);
  expect(config.AutoPredictor).toMatchObject({ ForecastHorizon: 14, ForecastDimensions: ['Filiale'] });
  expect(files['TTS.csv']?.slice(0, 2)).toEqual([
    '2024-01-01 00:00:00,Brot,Nord,0.5',
    '2024-01-01 00:00:00,Brot,Süd,0.5',
  ]);
  expect(files['IM.csv']).toEqual(['Brot,Back', 'Käse,Molke']);
  expect(largest[0]?.history.at(-1)).toBe(39.5);
});

test('a series in each column', async () => {
  const rows = range(36).map((index) => `${month(index)},${index},${100 - index}.5`);
  const { said, seriesCount, frequency, files } = await prepare(['month,apples,pears', ...rows].join('\n'));
  expect([seriesCount, frequency]).toEqual([2, 'M']);
  expect(said[0]).toContain('time month; a series in each of the columns apples, pears');
  expect(files['TTS.csv']?.slice(0, 2)).toEqual([
    '2020-01-01 00:00:00,apples,0',
    '2020-01-01 00:00:00,pears,100.5',
  ]);
});

test('a series in each row, the times in the first one', async () => {
  const heading = ['product', ...range(24).map(month)].join(',');
  const rows = ['a', 'b', 'c'].map((name) => [name, ...range(24)].join(','));
  const { said, seriesCount, files } = await prepare([heading, ...rows].join('\n'));
  expect(seriesCount).toBe(3);
  expect(said[0]).toContain(
    'a series in each row, named by product; times in the first row, 2020-01 to 2021-12',
  );
  expect(files['TTS.csv']?.slice(0, 2)).toEqual(['2020-01-01 00:00:00,a,0', '2020-02-01 00:00:00,a,1']);
});

test('rows after the last value tell what is known in advance', async () => {
  const rows = range(60).flatMap((index) =>
    ['x', 'y'].map((store) => `${day(index)},${store},${index < 50 ? index : ''},${index % 7 === 0 ? 1 : 0}`),
  );
  const text = ['date,store,sales,promo', ...rows].join('\n');
  const known = await prepare(text, { horizon: 10 });
  expect(known.said.at(-1)).toBe('known in advance and used: promo');
  expect(columns(known.config, 'RTS')).toEqual(['timestamp timestamp', 'item_id string', 'promo float']);
  expect([known.files['TTS.csv']?.length, known.files['RTS.csv']?.length]).toEqual([100, 120]);
  const beyond = await prepare(text, { horizon: 20 });
  expect(beyond.said.at(-1)).toContain('not used, as their values over the horizon are not known: promo');
  expect(Object.keys(beyond.files)).toEqual(['TTS.csv']);
});

test.each([
  ['15 minutes', (index: number) => new Date(Date.UTC(2024, 0, 1, 0, 15 * index)).toISOString(), '15min'],
  ['hours', (index: number) => new Date(Date.UTC(2024, 0, 1, index)).toISOString().slice(0, 16), 'H'],
  ['weeks that begin on Sunday', (index: number) => day(7 * index - 1), 'W'],
  ['month ends', (index: number) => new Date(Date.UTC(2024, index + 1, 0)).toISOString().slice(0, 10), 'M'],
  ['quarters', (index: number) => month(3 * index), '3M'],
  ['years', (index: number) => String(1980 + index), 'Y'],
])('the frequency of %s', async (_, time, frequency) => {
  const rows = range(30).map((index) => `${time(index)},${index}`);
  const prepared = await prepare(['date,value', ...rows].join('\n'));
  expect(prepared.frequency).toBe(frequency);
  const { TimeAlignmentBoundary } = prepared.config.AutoPredictor;
  expect(TimeAlignmentBoundary).toEqual(frequency === 'W' ? { DayOfWeek: 'SUNDAY' } : undefined);
});

test('what is said is not guessed', async () => {
  const rows = range(30).map(
    (index) => `${day(index)},${day(index + 9)},${index},${2 * index},s${index % 2}`,
  );
  const { config, files, horizon } = await prepare(['ordered,shipped,a,b,c', ...rows].join('\n'), {
    ...{ time: 'shipped', target: 'b', item: ['c'], frequency: 'W', horizon: 5, quantiles: ['0.05', '0.5'] },
    ...{ missing: 'nan', aggregation: 'avg', holidays: 'DE' },
  });
  expect(horizon).toBe(5);
  expect(config.AutoPredictor).toMatchObject({
    ForecastFrequency: 'W',
    ForecastTypes: ['0.05', '0.5'],
    DataConfig: {
      AttributeConfigs: [
        {
          AttributeName: 'target_value',
          Transformations: { aggregation: 'avg', middlefill: 'nan', backfill: 'nan' },
        },
      ],
      AdditionalDatasets: [{ Name: 'holiday', Configuration: { CountryCode: ['DE'] } }],
    },
  });
  expect(files['TTS.csv']?.[1]).toBe('2024-01-11 00:00:00,s1,2');
});

test('Parquet has its types', async () => {
  const file = join(folder, 'load.parquet');
  const program = `import duckdb, sys
duckdb.sql("SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS ts, 'm' || (i % 2) AS meter, i * 0.25 AS kwh FROM range(96) t(i)").write_parquet(sys.argv[1])`;
  execFileSync(python, ['-c', program, file]);
  const { said, seriesCount, frequency } = await prepareTable(python, file, folder, {});
  expect([seriesCount, frequency]).toEqual([2, '2H']);
  expect(said[0]).toContain('time ts; value kwh; series by meter');
});

test.each<[string, string | Buffer, TableOptions, RegExp]>([
  ['without times', 'a,b\n1,2\n', {}, /no column has times only\. Name it with --time/],
  [
    'without numbers',
    `date,who\n${day(0)},x\n`,
    {},
    /no column has numbers only.*Its columns: date \(time\)/,
  ],
  [
    'with several values',
    `date,id,a,b\n${day(0)},x,1,2\n`,
    {},
    /could be forecast: a, b\. Choose one with --target/,
  ],
  [
    'with a wrong number',
    `date,id,sales\n${day(0)},x,1\n${day(1)},x,many\n`,
    {},
    /row 3, column sales: 'many' is not/,
  ],
  [
    'with a wrong date',
    `date,sales\n2024-01-31,1\n2024-02-31,1\n`,
    {},
    /row 3, column date: '2024-02-31' is no/,
  ],
  ['with a name twice', 'date,a,a\n', {}, /row 1: two columns are called 'a'/],
  ['with a row too long', `date,a\n${day(0)},1,2\n`, {}, /row 2: has 3 columns, the first row names 2/],
  ['with one time', `date,a\n${day(0)},1\n`, {}, /no series has two times or more/],
  ['of names only', 'date,a\n', {}, /no row of values below/],
  ['that is empty', '', {}, /is empty/],
  [
    'without the column',
    `date,a\n${day(0)},1\n`,
    { target: 'b' },
    /has no column 'b'\. Its columns: date, a/,
  ],
])('a table %s is refused with what to do', async (_, content, options, message) => {
  expect(await refusal(content, options)).toMatch(message);
});
