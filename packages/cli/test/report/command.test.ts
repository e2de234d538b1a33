import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { salesRun } from './report-data.ts';

const SLIPWAY = fileURLToPath(new URL('../../bin/slipway.cjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'slipway-report-command-'));
const { config, target } = salesRun({ names: ['a', 'b', 'c'], weeks: 80 });
const { AutoPredictor: _, ...common } = config as Record<string, object>;

interface CommandEnd {
  readonly code: number | null;
  readonly result: Record<string, unknown>;
}

/** Runs `slipway … --json` on a state folder of this test's own. */
async function slipway(...args: string[]): Promise<CommandEnd> {
  const child = spawn(process.execPath, [SLIPWAY, ...args, '--json', '--state', join(folder, 'state')], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const printed = buffer(child.stdout);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, result: JSON.parse((await printed).toString('utf8')) };
}

function run(data: string, out: string): Promise<CommandEnd> {
  const files = ['--config', join(folder, 'config.json'), '--out', join(folder, out)];
  return slipway('run', 'forecast', join(folder, data), ...files, '--port', '0', '--time-scale', '1000');
}

const dataOf = (file: string) => {
  const text = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(
    readFileSync(file, 'utf8'),
  )?.[1];
  return JSON.parse(text ?? '{}');
};

async function writeZip(name: string, files: Readonly<Record<string, string>>): Promise<void> {
  const archive = new ZipFile();
  for (const [path, text] of Object.entries(files)) archive.addBuffer(Buffer.from(text), path);
  archive.end();
  writeFileSync(join(folder, name), await buffer(archive.outputStream));
}

beforeAll(async () => {
  const Predictor = {
    PredictorName: 'Sales',
    AlgorithmArn: 'arn:aws:forecast:::algorithm/ETS',
    ForecastHorizon: 8,
    FeaturizationConfig: { ForecastFrequency: 'W' },
  };
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({ ...common, Predictor, TimestampFormat: 'yyyy-MM-dd HH:mm:ss' }),
  );
  await writeZip('good.zip', { 'TTS.csv': target ?? '' });
  await writeZip('empty.zip', { 'notes.csv': 'nothing' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a run ends with a report beside its results, and slipway report fetches it again', async () => {
  const { code, result } = await run('good.zip', 'good');
  expect({ code, cause: result['cause'], notes: result['notes'] }).toEqual({
    code: 0,
    notes: ['input/TTS.csv: the first line is a header and was skipped.'],
  });
  const file = join(folder, 'good', 'report.html');
  expect(result['files']).toMatchObject({ report: file });
  const data = dataOf(file);
  expect(data.steps.map(({ label }: { label: string }) => label)).toEqual([
    'Validate config',
    'Wait for earlier runs',
    'Preprocess',
    'Create datasets',
    'Create dataset group',
    'Import',
    'Train predictor',
    'Accuracy metrics',
    'Forecast',
    'Export',
    'Postprocess',
    'Delete resources',
  ]);
  expect(data).toMatchObject({
    missing: [],
    run: { failure: null },
    profile: { target: { items: 3, gaps: 0 } },
  });
  // The measures of a single window are the run's own.
  const [summary] = data.accuracy.windows;
  const { TestWindows } = result['metrics'] as {
    TestWindows: [{ Metrics: { ErrorMetrics: [{ WAPE: number }] } }];
  };
  expect(summary.wape).toBeCloseTo(TestWindows[0].Metrics.ErrorMetrics[0].WAPE, 12);
  for (const row of data.items.rows) {
    expect({ history: row.h[1].length, forecast: row.f[1].length, backtest: row.b[0][1].length }).toEqual({
      history: 80,
      forecast: 8,
      backtest: 8,
    });
  }
  const again = await slipway('report', '--out', join(folder, 'again.html'));
  expect(again).toMatchObject({
    code: 0,
    result: { report: join(folder, 'again.html'), status: 'SUCCEEDED' },
  });
  expect(readFileSync(join(folder, 'again.html'), 'utf8')).toBe(readFileSync(file, 'utf8'));
}, 180_000);

test('a run that fails leaves a report with its reason; an unknown run is a wrong usage', async () => {
  const { code, result } = await run('empty.zip', 'bad');
  expect(code).toBe(1);
  const file = join(folder, 'bad', 'report.html');
  expect(result['files']).toEqual({ report: file });
  expect(dataOf(file).run.failure).toEqual({ Error: result['error'], Cause: result['cause'] });
  const newest = await slipway('report');
  expect(newest).toMatchObject({ code: 0, result: { status: 'FAILED' } });
  expect(readFileSync(String(newest.result['report']), 'utf8')).toBe(readFileSync(file, 'utf8'));
  expect((await slipway('report', 'unheard-of')).code).toBe(2);
}, 180_000);
