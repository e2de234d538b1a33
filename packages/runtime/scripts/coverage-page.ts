import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { coveragePage } from './coverage.ts';

// Writes docs/coverage.md, or with --check fails when it is not what the code serves.
const path = fileURLToPath(new URL('../../../docs/coverage.md', import.meta.url));
const page = await coveragePage();
if (!process.argv.includes('--check')) {
  writeFileSync(path, page);
} else if (readFileSync(path, 'utf8') !== page) {
  console.error('docs/coverage.md is stale: run npm run coverage-page');
  process.exitCode = 1;
}
