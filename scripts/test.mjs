// `npm test`: all set-up, then every test of every runner. Ends with the sum over all of them.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findNode, installPackages, root, toolEnvironment } from './setup.mjs';

installPackages();
const node = findNode();

/** Runs one test runner, shows what it prints, and counts by its closing line. */
function runner(command, args, counts) {
  return new Promise((resolve) => {
    const environment = { ...toolEnvironment(), NO_COLOR: '1', FORCE_COLOR: undefined };
    const child = spawn(command, args, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    for (const [stream, out] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      stream.on('data', (data) => {
        printed = (printed + data).slice(-20_000);
        out.write(data);
      });
    }
    child.on('close', (code) => {
      const { passed, failed, skipped } = counts(printed);
      // A runner that broke before or after its tests has failed too.
      resolve({ passed, skipped, failed: failed === 0 && code !== 0 ? 1 : failed });
    });
  });
}

const number = (text, pattern) => Number(pattern.exec(text)?.[1] ?? 0);

function vitestCounts(text) {
  const line = /^\s*Tests\s.*$/m.exec(text)?.[0] ?? '';
  return {
    passed: number(line, /(\d+) passed/),
    failed: number(line, /(\d+) failed/),
    skipped: number(line, /(\d+) skipped/),
  };
}

function pytestCounts(text) {
  const line = text.split('\n').findLast((entry) => / in [\d.]+s/.test(entry)) ?? '';
  return {
    passed: number(line, /(\d+) passed/),
    failed: number(line, /(\d+) failed/) + number(line, /(\d+) errors?/),
    skipped: number(line, /(\d+) skipped/),
  };
}

const results = [
  await runner(node, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run'], vitestCounts),
];
for (const image of readdirSync(join(root, 'images'))) {
  if (!existsSync(join(root, 'images', image, 'tests'))) continue;
  process.stdout.write(`\nimages/${image}\n`);
  results.push(
    await runner(node, ['-C', 'source', join(root, 'scripts', 'test-image.ts'), image], pytestCounts),
  );
}
const sum = (name) => results.reduce((total, result) => total + result[name], 0);
const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped}\n`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
