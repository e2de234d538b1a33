// `npm run check`: everything that is checked without running the product.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNode, installPackages, root, toolEnvironment } from './setup.mjs';

const LONGEST_FILE = 600;

installPackages();
const node = findNode();

function check(name, command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    env: { ...toolEnvironment(), NO_COLOR: '1' },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const good = status === 0;
  process.stdout.write(`${good ? 'ok  ' : 'FAIL'} ${name}\n`);
  if (!good) process.stdout.write(`${stdout ?? ''}${stderr ?? ''}${error ?? ''}\n`);
  return good;
}

function fileSizes() {
  const { stdout } = spawnSync('git', ['ls-files', '*.ts', '*.tsx', '*.mjs', '*.py', '*.cjs'], {
    cwd: root,
    encoding: 'utf8',
  });
  const tooLong = stdout
    .split('\n')
    .filter((path) => path !== '' && !path.includes('/data/'))
    .map((path) => ({ path, lines: lineCount(path) }))
    .filter(({ lines }) => lines > LONGEST_FILE);
  process.stdout.write(`${tooLong.length === 0 ? 'ok  ' : 'FAIL'} no file over ${LONGEST_FILE} lines\n`);
  for (const { path, lines } of tooLong) process.stdout.write(`     ${path} has ${lines}\n`);
  return tooLong.length === 0;
}

function lineCount(path) {
  try {
    return readFileSync(join(root, path), 'utf8').split('\n').length;
  } catch {
    return 0;
  }
}

const results = [
  check('types', join(root, 'node_modules', '.bin', 'tsc'), []),
  check('format and lint', join(root, 'node_modules', '.bin', 'biome'), ['ci', '.']),
  check('type-aware lint', join(root, 'node_modules', '.bin', 'oxlint'), ['--type-aware']),
  check('coverage page', node, [
    '-C',
    'source',
    join(root, 'packages', 'runtime', 'scripts', 'coverage-page.ts'),
    '--check',
  ]),
  fileSizes(),
];
process.exitCode = results.every(Boolean) ? 0 : 1;
