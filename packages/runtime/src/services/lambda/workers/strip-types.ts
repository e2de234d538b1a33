// Writes a copy of a folder's TypeScript files as plain modules: `strip-types.ts <from> <to>`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

const [from = '', to = ''] = process.argv.slice(2);
for (const name of readdirSync(from)) {
  if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
  const text = stripTypeScriptTypes(readFileSync(join(from, name), 'utf8'));
  const module = text.replaceAll(/(from '\.\/[^']+)\.ts'/g, "$1.mjs'");
  writeFileSync(join(to, name.replace(/\.ts$/, '.mjs')), module);
}
