import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { SNAPSHOT_PATH, SnapshotError, saveSnapshot } from '@slipway/runtime/outside';
import { findRunning } from '../connect.ts';
import { EXIT, UserError } from '../exit-codes.ts';
import { type GlobalOptions, type Settings, settingsFrom } from '../settings.ts';
import { createTerminal } from '../terminal/terminal.ts';
import { baseCommand, jsonOption } from './options.ts';

interface SnapshotOptions extends GlobalOptions {
  readonly force?: boolean;
}

/** `slipway snapshot`: the whole state as one archive, also while a runtime uses it. */
export function snapshotCommand() {
  return baseCommand('snapshot', 'Write the whole state into one archive, also while the runtime runs')
    .argument('<file>', 'archive to write, such as state.zip')
    .option('-f, --force', 'replace the file when it is there')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExecutions go on where they are when the archive is restored; jobs that run now begin anew then.' +
        '\nThe archive may hold secrets: only you can read it.',
    )
    .action(async (name: string, options: SnapshotOptions) => {
      const settings = settingsFrom(options);
      const terminal = createTerminal();
      const file = resolve(name);
      const { files, unfinishedJobs } = await saveSnapshot(
        () => archiveOf(settings),
        file,
        options.force ?? false,
      );
      const { size: bytes } = statSync(file);
      if (settings.json) terminal.print(JSON.stringify({ file, bytes, files: files.length, unfinishedJobs }));
      else terminal.print(`Wrote ${file}: ${files.length} files, ${bytes} bytes`);
      for (const job of unfinishedJobs)
        terminal.say(`Job ${job} was running; it begins anew after a restore.`);
    });
}

async function archiveOf(settings: Settings): Promise<Readable> {
  const { stateFolder } = settings;
  if (!existsSync(join(stateFolder, 'slipway.db'))) {
    throw new UserError(EXIT.usage, `There is no state in ${stateFolder}; choose a folder with --state.`);
  }
  const running = await findRunning(settings);
  if (!running) {
    const { snapshotOf } = await import('@slipway/runtime');
    return await snapshotOf(stateFolder);
  }
  const response = await fetch(`${running.endpoint}${SNAPSHOT_PATH}`, { method: 'POST' });
  if (response.ok && response.body) return Readable.fromWeb(response.body as ReadableStream);
  const { message } = (await response.json()) as { message: string };
  if (response.status === 409) throw new SnapshotError('refused', message);
  throw new UserError(EXIT.environment, `The runtime at ${running.endpoint} made no snapshot: ${message}`);
}
