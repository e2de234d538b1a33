// Makes the sample data: `node -C source examples/forecast/generate.ts [folder]` writes data.zip there,
// without a folder beside this file.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ITEMS } from './catalogue.ts';
import { FIRST_YEAR, sell } from './sales.ts';
import { zip } from './zip.ts';

const SEED = 20_190_101;

const target = ['timestamp,item_id,target_value'];
const related = ['timestamp,item_id,price'];
const metadata = ['item_id,category'];

for (const [position, item] of ITEMS.entries()) {
  metadata.push(`${item.id},${item.category}`);
  for (const { index, price, sold } of sell(item, SEED + position)) {
    const row = `${monthStart(index)},${item.id}`;
    related.push(`${row},${price.toFixed(2)}`);
    if (sold !== undefined) target.push(`${row},${sold}`);
  }
}

const file = join(resolve(process.argv[2] ?? import.meta.dirname), 'data.zip');
writeFileSync(file, zip({ 'TTS.csv': lines(target), 'RTS.csv': lines(related), 'IM.csv': lines(metadata) }));
process.stdout.write(
  `${file}: TTS.csv ${target.length - 1} rows, RTS.csv ${related.length - 1}, IM.csv ${metadata.length - 1}\n`,
);

function monthStart(index: number): string {
  const month = String((index % 12) + 1).padStart(2, '0');
  return `${FIRST_YEAR + Math.floor(index / 12)}-${month}-01`;
}

function lines(rows: readonly string[]): string {
  return `${rows.join('\n')}\n`;
}
