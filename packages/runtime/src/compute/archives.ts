import { mkdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { processEnvironment } from './process-environment.ts';
import { runToEnd } from './run-to-end.ts';

/**
 * Packs what lies in a folder as `.tar.gz`, its entries at the archive's root.
 *
 * @throws EnvironmentError when `tar` fails or is missing
 */
export async function packFolder(folder: string, archive: string): Promise<void> {
  const names = (await readdir(folder)).sort();
  // `tar` refuses to make an archive of nothing unless it is told so by an empty list.
  const entries = names.length > 0 ? ['--', ...names] : ['-T', '/dev/null'];
  await tar(['-czf', archive, '-C', folder, ...entries]);
}

/**
 * Unpacks a `.tar.gz` into a folder, which is made if need be. Entries that would lie outside of it are
 * refused by `tar` itself.
 *
 * @throws EnvironmentError with what `tar` says of a file that is no archive
 */
export async function unpackArchive(archive: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await tar(['-xzf', archive, '-C', folder, '--no-same-owner', '--no-same-permissions']);
}

async function tar(args: readonly string[]): Promise<void> {
  await runToEnd('tar', args, { environment: processEnvironment({}) });
}
