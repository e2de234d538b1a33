import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';

/** A terminal's Ctrl-C reaches this process twice: by itself, and passed on by the launcher. */
const SAME_REQUEST_MS = 500;

/**
 * Waits until the user, the system or a vanished parent asks this process to end. A second request
 * ends it at once.
 *
 * @returns the exit code for that end: Ctrl-C interrupts, everything else asks for an ordinary end
 */
export function untilInterrupted(): Promise<ExitCode> {
  return new Promise((resolve) => {
    let asked: number | undefined;
    const ask = (code: ExitCode) => {
      if (asked !== undefined && performance.now() - asked > SAME_REQUEST_MS) process.exit(EXIT.interrupted);
      asked ??= performance.now();
      resolve(code);
    };
    process.on('SIGINT', () => ask(EXIT.interrupted));
    process.on('SIGTERM', () => ask(EXIT.ok));
    process.on('SIGHUP', () => ask(EXIT.ok));
    // The launcher holds a channel; when it was killed, nobody is left to stop this process.
    process.on('disconnect', () => ask(EXIT.ok));
    // Listening keeps the channel open, and with it the process; it is no reason to live on.
    process.channel?.unref();
  });
}
