import { resolve } from 'node:path';
import { type GlobalOptions, settingsFrom } from '../settings.ts';
import { createTerminal } from '../terminal/terminal.ts';
import { baseCommand, jsonOption } from './options.ts';

interface RestoreOptions extends GlobalOptions {
  readonly force?: boolean;
}

/** `slipway restore`: makes a state folder of an archive, whole or not at all. */
export function restoreCommand() {
  return baseCommand('restore', 'Make the state folder of an archive that slipway snapshot wrote')
    .argument('<file>', 'archive to read')
    .option('-f, --force', 'replace the state that is there')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nEvery file is checked first; nothing is touched when one is damaged. Refused while a runtime uses the folder.',
    )
    .action(async (name: string, options: RestoreOptions) => {
      const settings = settingsFrom(options);
      const terminal = createTerminal();
      const { stateFolder } = settings;
      const { restore } = await import('@slipway/runtime');
      const manifest = await restore(resolve(name), stateFolder, options.force ?? false);
      const { created, files, unfinishedJobs } = manifest;
      if (settings.json) {
        terminal.print(JSON.stringify({ folder: stateFolder, created, files: files.length, unfinishedJobs }));
      } else terminal.print(`Restored ${stateFolder} as it was at ${created} (${files.length} files)`);
    });
}
