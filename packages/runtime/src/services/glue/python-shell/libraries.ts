import { dirname, join } from 'node:path';
import type { S3Files } from './s3-files.ts';

/** What a run's script can import besides what every script can. */
export interface Libraries {
  /** Requirements to install, in pip's notation. */
  readonly modules: readonly string[];
  /** Folders and archives for the module path. */
  readonly path: readonly string[];
}

const EXTRA_FILES = '--extra-py-files';
const MODULES = '--additional-python-modules';

/**
 * Brings the libraries that a run's arguments name. Wheels are installed with what they depend on;
 * single modules and archives of modules go onto the module path.
 *
 * @param folder - a folder of the run's own
 * @param wheels - a folder for wheels that outlasts the run, as the environments made of them do
 * @throws RunFault when one cannot be read
 */
export async function bringLibraries(
  files: S3Files,
  given: Readonly<Record<string, string>>,
  { folder, wheels }: { folder: string; wheels: string },
): Promise<Libraries> {
  const modules: string[] = [];
  const path = new Set<string>();
  for (const [index, entry] of listOf(given[EXTRA_FILES]).entries()) {
    if (isWheel(entry)) modules.push(await files.bringByContent(EXTRA_FILES, entry, wheels));
    else if (entry.endsWith('.py')) {
      path.add(dirname(await files.bring(EXTRA_FILES, entry, join(folder, 'modules'))));
    } else {
      // Two archives may have the same name.
      path.add(await files.bring(EXTRA_FILES, entry, join(folder, String(index))));
    }
  }
  for (const entry of listOf(given[MODULES])) {
    const inS3 = /^s3[an]?:/.test(entry);
    modules.push(inS3 ? await files.bringByContent(MODULES, entry, wheels) : entry);
  }
  return { modules, path: [...path] };
}

function isWheel(uri: string): boolean {
  return uri.endsWith('.whl');
}

function listOf(text = ''): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}
