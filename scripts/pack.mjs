// `npm run pack [-- <folder>]`: builds the packages and packs them into archives that npm installs anywhere.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { build } from './build.mjs';
import { installPackages, root } from './setup.mjs';

const PACKED = ['packages/states', 'images', 'packages/runtime', 'packages/pipelines', 'packages/cli'];

installPackages();
build();
const target = resolve(process.argv[2] ?? join(root, 'dist'));
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const stage = mkdtempSync(join(tmpdir(), 'slipway-pack-'));
try {
  const folders = PACKED.map((folder) => copyPackage(join(root, folder)));
  const { status, stdout } = spawnSync('npm', ['pack', ...folders, '--pack-destination', target], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    // What is published comes from here and not from the folders of the clone, which are private.
    env: { ...process.env, npm_config_loglevel: 'error' },
  });
  if (status !== 0) process.exit(status ?? 1);
  for (const archive of stdout.trim().split('\n')) process.stdout.write(`${join(target, archive)}\n`);
} finally {
  rmSync(stage, { recursive: true, force: true });
}

/** A package as others get it: with the licence, without what only the clone needs. @returns its folder */
function copyPackage(folder) {
  const copy = join(stage, basename(folder));
  cpSync(folder, copy, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
  for (const name of ['LICENSE', 'NOTICE']) copyFileSync(join(root, name), join(copy, name));
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  // npm adds the licence by itself, and not the notice.
  manifest.files.push('NOTICE');
  delete manifest.private;
  delete manifest.devDependencies;
  // Sources are not packed, so nobody may be sent to them.
  for (const entry of Object.values(manifest.exports ?? {})) delete entry.source;
  writeFileSync(join(copy, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return copy;
}
