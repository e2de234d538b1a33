import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const here = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Puts the report's parts together: the Python package `forecast_report` with the page's template, whose
 * style and script stand inside it.
 *
 * @returns the folder of an archive for the report's job, removed when this process ends
 */
export function reportParts(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-report-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const target = join(folder, 'forecast_report');
  mkdirSync(target);
  cpSync(here('./forecast_report'), target, {
    recursive: true,
    filter: (source) => !source.includes('__pycache__'),
  });
  const page = readFileSync(here('./page/page.html'), 'utf8')
    .replace('<!--STYLE-->', () => `<style>${bundled('./page/page.css')}</style>`)
    .replace('<!--SCRIPT-->', () => `<script>${bundled('./page/main.js')}</script>`);
  writeFileSync(join(target, 'report.html'), page);
  return folder;
}

function bundled(entry: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [here(entry)],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    // What browsers have had since spring 2023.
    target: ['chrome111', 'firefox113', 'safari16.4'],
    // The page may be read as anything but what it says; in ASCII nothing can go wrong.
    charset: 'ascii',
    legalComments: 'none',
  });
  return outputFiles[0]!.text.trim();
}
