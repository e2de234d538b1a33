import { existsSync, renameSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { lockStateFolder, readNotice, StorageError } from '@slipway/runtime/outside';
import { EXIT, UserError } from '../exit-codes.ts';
import { type GlobalOptions, type Settings, settingsFrom } from '../settings.ts';
import { confirm } from '../terminal/confirm.ts';
import { createTerminal } from '../terminal/terminal.ts';
import { baseCommand, jsonOption } from './options.ts';

interface ResetOptions extends GlobalOptions {
  readonly force?: boolean;
}

/** `slipway reset`: removes everything that lasts; the cache with its Python environments stays. */
export function resetCommand() {
  return baseCommand('reset', 'Remove the state folder with everything in it; the cache is kept')
    .option('-f, --force', 'do not ask')
    .addOption(jsonOption())
    .addHelpText('after', '\nRefused while a runtime uses the folder.')
    .action(async (options: ResetOptions) => {
      const settings = settingsFrom(options);
      const terminal = createTerminal();
      const { stateFolder } = settings;
      const exists = existsSync(stateFolder);
      if (exists) {
        checkIsState(settings);
        // Before the question, so that nobody agrees to what is refused.
        takeFolder(stateFolder).close();
        if (!options.force)
          await confirm(`Remove ${stateFolder} with everything in it?`, 'Nothing was removed.');
        remove(stateFolder);
      }
      if (settings.json) terminal.print(JSON.stringify({ removed: exists, folder: stateFolder }));
      else terminal.print(exists ? `Removed ${stateFolder}` : `There is no ${stateFolder}.`);
    });
}

/** A mistyped --state must not cost somebody a folder of their own. */
function checkIsState({ stateFolder, cacheFolder }: Settings): void {
  if (!existsSync(join(stateFolder, 'slipway.db'))) {
    throw new UserError(EXIT.refused, `${stateFolder} is no state folder of Slipway; nothing was removed.`);
  }
  if (`${cacheFolder}${sep}`.startsWith(`${stateFolder}${sep}`)) {
    throw new UserError(
      EXIT.refused,
      `The cache (${cacheFolder}) lies in ${stateFolder}; nothing was removed.`,
    );
  }
}

function takeFolder(stateFolder: string): { close(): void } {
  try {
    return lockStateFolder(stateFolder);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const notice = readNotice(stateFolder);
    const where = notice ? ` (process ${notice.pid} at ${notice.endpoint})` : '';
    throw new UserError(
      EXIT.refused,
      `A runtime uses ${stateFolder}${where}; nothing was removed. Stop it first: slipway down`,
    );
  }
}

function remove(stateFolder: string): void {
  const lock = takeFolder(stateFolder);
  // What is half removed must not look like a state folder.
  const doomed = `${stateFolder}.removed-${process.pid}`;
  try {
    renameSync(stateFolder, doomed);
  } finally {
    lock.close();
  }
  rmSync(doomed, { recursive: true, force: true });
}
