import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { zip } from '../../../../examples/forecast/zip.ts';
import { config, lines, salesRows, userFiles, withDeclaredSize } from './sample-data.ts';
import { type End, type Going, groupLives, slipway, start, temporaryFolder, testFolder } from './slipway.ts';

// All runs share one runtime and one deployment.
const folder = temporaryFolder();
let up: Going;

beforeAll(async () => {
  up = start(folder, ['up', '--port', '0', '--time-scale', '60']);
  await up.says('err', 'Stop with Ctrl-C');
});
afterAll(async () => {
  up.child.kill('SIGTERM');
  await up.ended;
  rmSync(folder, { recursive: true, force: true });
});

interface Told {
  readonly status: string;
  readonly error: string;
  readonly cause: string;
}

/** Runs with --json and expects that standard output has one JSON document and nothing else. */
async function run(args: readonly string[]): Promise<End & { readonly told: Told }> {
  const end = await slipway(folder, [...args, '--json']);
  return { ...end, told: JSON.parse(end.out) as Told };
}

test('A1 a zip with a folder and the extras of macOS runs to results on disk', async () => {
  const args = userFiles(folder, {
    'shop/': '',
    'shop/TTS.csv': lines(salesRows()),
    'shop/.DS_Store': 'Bud1',
    '__MACOSX/shop/._TTS.csv': 'Mac OS X',
    'shop/readme.txt': 'sales',
  });
  const { code, out, err } = await slipway(folder, args);
  expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('done   Postprocess') });
  expect(out).toContain('Accuracy of NPTS on backtests');
  expect(out).toContain('Forecast, the first 6 of 9 rows');
  expect(out).toContain(join('results', 'forecast.csv'));
  const csv = readFileSync(join(folder, 'results', 'forecast.csv'), 'utf8')
    .trim()
    .split('\n');
  expect(csv[0]).toBe('item_id,date,p10,p50,p90');
  expect(csv).toHaveLength(1 + 9);
  expect(existsSync(join(folder, 'results', 'accuracy.json'))).toBe(true);
  const status = await slipway(folder, ['status']);
  expect(status.out).toMatch(/Forecast-MLOps-Pipeline\s+SUCCEEDED/);
  const logs = await slipway(folder, ['logs', 'upload-trigger', '--json']);
  expect(JSON.parse(logs.out.split('\n')[0]!)).toMatchObject({ message: expect.any(String) });
});

test.each<[string, () => Record<string, string> | Buffer, RegExp]>([
  [
    'without TTS.csv',
    () => ({ 'sales.csv': lines(salesRows()) }),
    /raw\/data\.zip has no TTS\.csv, which forecast-config\.json declares/,
  ],
  [
    'with an entry outside of the archive',
    () => ({ '../../TTS.csv': lines(salesRows()) }),
    /The entry \.\.\/\.\.\/TTS\.csv points outside of the archive/,
  ],
  [
    'that unpacks to more than the limit',
    () => withDeclaredSize(zip({ 'TTS.csv': lines(salesRows()) }), 'TTS.csv', 10n ** 12n),
    /The zip unpacks to more than 4096 MB \(at TTS\.csv\)/,
  ],
  ['that is no zip', () => Buffer.from('timestamp,item_id\n'), /The upload is not a zip archive/],
])('Ax13 a zip %s fails the run with exit code 1 and says so', async (_, archive, cause) => {
  const { code, told, err } = await run(userFiles(folder, archive()));
  expect({ code, told }).toEqual({ code: 1, told: expect.objectContaining({ status: 'FAILED' }) });
  expect(told.cause).toMatch(cause);
  expect(err).toContain(told.cause);
});

test.each<[string, (rows: string[]) => unknown, RegExp]>([
  ['too few columns', (rows) => (rows[7] = '2022-07-01,bell'), /TTS\.csv.*line 8.*2 columns.*3/],
  [
    'an unparsable number',
    (rows) => (rows[7] = '2022-07-01,bell,many'),
    /TTS\.csv.*line 8.*target_value.*many/,
  ],
  [
    'an unparsable timestamp',
    (rows) => (rows[7] = '07/2022,bell,12'),
    /TTS\.csv.*line 8.*timestamp.*07\/2022/,
  ],
])('Ax12 a TTS.csv with %s fails the run and names file, row and column', async (_, spoil, cause) => {
  const rows = salesRows();
  spoil(rows);
  const { code, told, err } = await run(userFiles(folder, { 'TTS.csv': lines(rows) }));
  expect({ code, told }).toEqual({ code: 1, told: expect.objectContaining({ status: 'FAILED' }) });
  expect(told.cause).toMatch(cause);
  expect(err).toContain('failed Import');
});

test('Ax12 a config that is not JSON fails the run with line and column', async () => {
  const { code, told } = await run(
    userFiles(folder, { 'TTS.csv': lines(salesRows()) }, '{\n  "Dataset": {\n  ]\n}'),
  );
  expect({ code, told }).toEqual({ code: 1, told: expect.objectContaining({ error: 'InvalidConfig' }) });
  expect(told.cause).toContain('line 3, column 3: not JSON');
});

test('Ax12 a config with wrong keys fails the run and names each of them', async () => {
  const wrong = config({
    Predictor: {
      PredictorName: 'Seasons',
      AlgorithmArn: 'arn:aws:forecast:::algorithm/Oracle',
      ForecastHorizon: 1000,
      FeaturizationConfig: { ForecastFrequency: 'M' },
    },
    Forecast: undefined,
    PerformDelete: 'no',
  });
  const { code, told } = await run(
    userFiles(folder, { 'TTS.csv': lines(salesRows()) }, JSON.stringify(wrong)),
  );
  expect({ code, told }).toEqual({ code: 1, told: expect.objectContaining({ error: 'InvalidConfig' }) });
  expect(told.cause).toContain(
    'Predictor.AlgorithmArn: must be arn:aws:forecast:::algorithm/ followed by one of',
  );
  expect(told.cause).toContain('Predictor.ForecastHorizon: must be 500 at most, is 1000');
  expect(told.cause).toContain('Forecast: is missing');
  expect(told.cause).toContain('PerformDelete: must be true or false (without quotes), is "no"');
});

test('a horizon that is too long for the data fails the run with the reason', async () => {
  const long = config({
    Predictor: {
      PredictorName: 'Seasons',
      AlgorithmArn: 'arn:aws:forecast:::algorithm/NPTS',
      ForecastHorizon: 60,
      FeaturizationConfig: { ForecastFrequency: 'M' },
    },
  });
  const { code, told } = await run(
    userFiles(folder, { 'TTS.csv': lines(salesRows()) }, JSON.stringify(long)),
  );
  expect(code).toBe(1);
  expect(told.cause).toMatch(/horizon/i);
});

test('Ctrl-C of a run stops its execution and leaves the runtime as it is', async () => {
  const args = userFiles(folder, { 'TTS.csv': lines(salesRows()) });
  const going = start(folder, args);
  await going.says('err', 'Execution ');
  process.kill(-going.child.pid!, 'SIGINT');
  expect(await going.ended).toMatchObject({
    code: 130,
    out: '',
    err: expect.stringContaining('Interrupted.'),
  });
  expect(groupLives(going)).toBe(false);
  const { out } = await slipway(folder, ['status', '--json']);
  const name = /Execution (\S+)/.exec(going.err())?.[1];
  const { executions } = JSON.parse(out) as { executions: { name: string; status: string }[] };
  expect(executions.find((execution) => execution.name === name)?.status).toBe('ABORTED');
});

test.each([
  [
    'data that is not there',
    ['run', 'forecast', 'gone.zip', '--config', 'config.json'],
    'gone.zip does not exist',
  ],
  [
    'a config that is a folder',
    ['run', 'forecast', 'data.zip', '--config', '.slipway'],
    '.slipway is not a file',
  ],
  [
    'results where a file is',
    ['run', 'forecast', 'data.zip', '--config', 'config.json', '--out', 'data.zip/results'],
    'The results cannot be written to data.zip/results',
  ],
])('%s is told before anything is done, with exit code 2', async (_, args, message) => {
  userFiles(folder, { 'TTS.csv': lines(salesRows()) });
  const { code, out, err } = await slipway(folder, args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
});

test('a run of its own takes another port where the usual one is taken, and Ctrl-C leaves nothing behind', async () => {
  await using server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  const other = testFolder();
  const args = userFiles(other, { 'TTS.csv': lines(salesRows()) });
  const going = start(other, [...args, '--port', String(port)]);
  await going.says('err', 'Execution ');
  // Another program asks the launcher alone.
  going.child.kill('SIGINT');
  expect(await going.ended).toMatchObject({ code: 130, err: expect.stringContaining('Interrupted.') });
  expect(groupLives(going)).toBe(false);
  expect(await slipway(other, ['status'])).toMatchObject({ code: 1 });
});
