import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lines, userFiles } from './sample-data.ts';
import { slipway, temporaryFolder } from './slipway.ts';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MONTHS = 40;
// A whole run on a busy machine.
const PATIENCE = 240_000;

/** `31.01.2021` and the ends of the months after it, as a spreadsheet with German settings has them. */
function germanMonthEnd(index: number): string {
  const [year, month, day] = new Date(Date.UTC(2021, index + 1, 0)).toISOString().slice(0, 10).split('-');
  return `${day}.${month}.${year}`;
}

function germanRows(): string[] {
  return ['Gitarre', 'Flöte'].flatMap((item, place) =>
    Array.from({ length: MONTHS }, (_, index) => {
      const value = 100 * (place + 1) + 10 * Math.sin((index * Math.PI) / 6) + index / 2;
      return `${germanMonthEnd(index)};${item};${value.toFixed(1).replace('.', ',')}`;
    }),
  );
}

test(
  'slipway forecast makes of a spreadsheet’s CSV a forecast, and files to run it again',
  async () => {
    const table = join(folder, 'Umsatz 2021.csv');
    writeFileSync(table, Buffer.from(lines(['Monat;Artikel;Umsatz', ...germanRows()]), 'latin1'));
    const { code, out, err } = await slipway(folder, ['forecast', table, '--horizon', '3', '--port', '0']);
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringContaining('2 series, 3 × M ahead. Guessed:'),
    });
    expect(err).toContain('time Monat; value Umsatz; series by Artikel');
    expect(out).toContain('Accuracy of AutoPredictor on backtests');
    expect(out).toMatch(/Forecast, 2 series\nseries +until now, ahead +next +last +sum +range of next\n/);
    expect(out).toMatch(/\nFlöte +[▁-█]{32} [▁-█]{3} /);
    const results = join(folder, 'results');
    const forecast = readFileSync(join(results, 'forecast.csv'), 'utf8').trimEnd().split('\n');
    expect(forecast[0]).toBe('item_id,date,p10,p50,p90');
    expect(forecast).toHaveLength(1 + 2 * 3);
    // A series that goes on as before is not missed by far.
    const [, , , median] = forecast[1]!.split(',');
    expect(Math.abs(Number(median) - 200) / 200).toBeLessThan(0.3);
    expect(readdirSync(results)).toEqual(
      expect.arrayContaining(['accuracy.json', 'report.html', 'forecast-config.json', 'data.zip']),
    );
  },
  PATIENCE,
);

test('what cannot be forecast is refused with exit code 2, before anything is started', async () => {
  const table = join(folder, 'two.csv');
  writeFileSync(table, 'date,shop,a,b\n2024-01-01,x,1,2\n2024-01-02,x,1,2\n');
  const { code, out } = await slipway(folder, ['forecast', table, '--json', '--state', 'none']);
  expect({ code, out: JSON.parse(out) as unknown }).toEqual({
    code: 2,
    out: {
      error: 'two.csv: several columns could be forecast: a, b. Choose one with --target.',
      exitCode: 2,
    },
  });
  expect(existsSync(join(folder, 'none'))).toBe(false);
});

test(
  'a zip as a spreadsheet exports it runs through the pipeline, with what was assumed among the notes',
  async () => {
    const args = userFiles(folder, { 'TTS.csv': lines(germanRows()) });
    const { code, out } = await slipway(folder, [...args, '--json', '--port', '0']);
    const told = JSON.parse(out) as { status: string; notes: string[] };
    expect({ code, status: told.status }).toEqual({ code: 0, status: 'SUCCEEDED' });
    expect(told.notes.join('\n')).toMatch(
      /TTS\.csv was read as: columns separated by semicolons, dates with the day first/,
    );
  },
  PATIENCE,
);
