// `npm run build`: every package as JavaScript with declarations and source maps, each in its `dist`.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installPackages, root } from './setup.mjs';

/** Folders of the packages that are compiled, those first that others need. */
const COMPILED = ['states', 'runtime', 'pipelines', 'cli'].map((name) => join(root, 'packages', name));

/** Builds all packages anew; ends this process where one does not compile. */
export function build() {
  for (const folder of COMPILED) {
    rmSync(join(folder, 'dist'), { recursive: true, force: true });
    compile(folder);
    cpSync(join(folder, 'src'), join(folder, 'dist'), { recursive: true, filter: isData });
  }
}

function compile(folder) {
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  const { status, error } = spawnSync(tsc, ['-p', join(folder, 'tsconfig.build.json')], { stdio: 'inherit' });
  if (status === 0) return;
  process.stderr.write(`${folder} does not compile${error ? `: ${error.message}` : ''}\n`);
  process.exit(1);
}

/** What the programs read lies beside them: service models, the job wrapper, Glue scripts, the report's page. */
function isData(path) {
  const name = basename(path);
  return !(name === 'testing' || name === '__pycache__' || /\.(ts|md)$/.test(name));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  installPackages();
  build();
}
