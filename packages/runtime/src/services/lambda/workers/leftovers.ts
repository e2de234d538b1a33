import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIdentity } from '../../../compute/job-records.ts';

/**
 * Notes which function processes run, one file each, so that the next life of the runtime can end
 * those that a crash left behind: most notice by themselves that their pipe is gone, one in a busy
 * loop does not.
 */
export class Leftovers {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  note(pid: number): void {
    writeFileSync(join(this.#folder, String(pid)), processIdentity(pid) ?? '');
  }

  forget(pid: number): void {
    rmSync(join(this.#folder, String(pid)), { force: true });
  }

  /** Ends what an earlier life left running. */
  end(): void {
    for (const name of readdirSync(this.#folder)) {
      const pid = Number(name);
      const identity = readFileSync(join(this.#folder, name), 'utf8');
      // Another process may have the number by now.
      if (identity !== '' && processIdentity(pid) === identity) killGroup(pid);
      this.forget(pid);
    }
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}
