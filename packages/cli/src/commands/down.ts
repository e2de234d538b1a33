import { setTimeout } from 'node:timers/promises';
import { isInUse, readNotice } from '@slipway/runtime/outside';
import { EXIT, UserError } from '../exit-codes.ts';
import { type GlobalOptions, settingsFrom } from '../settings.ts';
import { createTerminal } from '../terminal/terminal.ts';
import { baseCommand, jsonOption } from './options.ts';

const PATIENCE_MS = 30_000;

/** `slipway down`: stops the runtime that uses the state folder; everything is kept. */
export function downCommand() {
  return baseCommand('down', 'Stop the runtime; everything is kept')
    .addOption(jsonOption())
    .action(async (options: GlobalOptions) => {
      const settings = settingsFrom(options);
      const terminal = createTerminal();
      const notice = readNotice(settings.stateFolder);
      const running = isInUse(settings.stateFolder);
      if (running && notice) await stop(notice.pid, settings.stateFolder);
      if (settings.json)
        terminal.print(JSON.stringify({ stopped: running, pid: running ? notice?.pid : undefined }));
      terminal.say(
        running
          ? `Stopped the runtime (process ${notice?.pid}).`
          : `No runtime uses ${settings.stateFolder}.`,
      );
    });
}

async function stop(pid: number, stateFolder: string): Promise<void> {
  process.kill(pid, 'SIGTERM');
  for (const giveUp = Date.now() + PATIENCE_MS; Date.now() < giveUp; ) {
    if (!isInUse(stateFolder)) return;
    await setTimeout(50);
  }
  throw new UserError(
    EXIT.environment,
    `The runtime (process ${pid}) did not stop within ${PATIENCE_MS / 1000} s.`,
  );
}
