import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { validateConfig } from '../../packages/pipelines/src/forecast/config/validate.ts';
import { HISTORY } from './sales.ts';

const HERE = import.meta.dirname;

test('the generator makes the very data.zip that lies here', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-example-'));
  try {
    execFileSync(process.execPath, ['-C', 'source', join(HERE, 'generate.ts'), folder]);
    const made = readFileSync(join(folder, 'data.zip'));
    expect(made.equals(readFileSync(join(HERE, 'data.zip')))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the data have 20 items, prices a year beyond the sales, launches and items that seldom sell', () => {
  const files = storedFiles(readFileSync(join(HERE, 'data.zip')));
  const sales = rows(files['TTS.csv']);
  const prices = rows(files['RTS.csv']);
  const items = rows(files['IM.csv']);
  expect(items).toHaveLength(20);
  expect(new Set(sales.map(([, item]) => item))).toEqual(new Set(items.map(([item]) => item)));
  const last = sales
    .map(([month]) => month!)
    .toSorted((a, b) => a.localeCompare(b))
    .at(-1)!;
  const ahead = [...new Set(prices.map(([month]) => month!))].filter((month) => month > last);
  expect(ahead).toHaveLength(12);
  const bySales = Map.groupBy(sales, ([, item]) => item);
  const count = (wanted: (own: string[][]) => boolean) => [...bySales.values()].filter(wanted).length;
  expect(count((own) => own.length < HISTORY)).toBe(4);
  expect(count((own) => own.filter(([, , sold]) => sold === '0').length > own.length / 2)).toBe(3);
});

test.each(readdirSync(HERE).filter((name) => name.endsWith('.json')))('%s is a valid config', (name) => {
  const config: unknown = JSON.parse(readFileSync(join(HERE, name), 'utf8'));
  expect(validateConfig(config, '20260101T000000').notes).toEqual([]);
});

/** Entries of an archive that are stored as they are. */
function storedFiles(archive: Buffer): Record<string, string> {
  const files: Record<string, string> = {};
  for (let at = 0; archive.toString('latin1', at, at + 4) === 'PK\x03\x04'; ) {
    const nameEnd = at + 30 + archive.readUInt16LE(at + 26);
    const end = nameEnd + archive.readUInt32LE(at + 18);
    files[archive.toString('utf8', at + 30, nameEnd)] = archive.toString('utf8', nameEnd, end);
    at = end;
  }
  return files;
}

function rows(text = ''): string[][] {
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
}
