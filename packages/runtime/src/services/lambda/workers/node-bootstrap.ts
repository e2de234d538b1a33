import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const FOLDER = fileURLToPath(new URL('../node/', import.meta.url));
const STRIP = fileURLToPath(new URL('./strip-types.ts', import.meta.url));

let made: Promise<string> | undefined;

/**
 * The program that runs Node functions, `../node/main`, ready to be started.
 *
 * Where it lies as TypeScript, a copy without types is made once and kept in the cache: Node's own
 * stripping would cost every cold start more time than everything else.
 */
export async function nodeBootstrap(cacheFolder: string): Promise<string> {
  const compiled = join(FOLDER, 'main.js');
  if (existsSync(compiled)) return compiled;
  made ??= makeCopy(cacheFolder);
  // A failed attempt is made again by the next who asks.
  made.catch(() => {
    made = undefined;
  });
  return join(await made, 'main.mjs');
}

async function makeCopy(cacheFolder: string): Promise<string> {
  const hash = createHash('sha256').update(process.version).update(readFileSync(STRIP));
  for (const name of readdirSync(FOLDER).toSorted()) hash.update(readFileSync(join(FOLDER, name)));
  const target = join(cacheFolder, 'node-functions', hash.digest('hex').slice(0, 16));
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  await promisify(execFile)(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    STRIP,
    FOLDER,
    partial,
  ]);
  try {
    renameSync(partial, target);
  } catch {
    // Another runtime was first.
    rmSync(partial, { recursive: true, force: true });
  }
  return target;
}
