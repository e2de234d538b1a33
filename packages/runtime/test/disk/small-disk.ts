import { execFileSync } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BLOCK = Buffer.alloc(64 * 1024);
const LAST_BYTES = Buffer.alloc(512);

/** A file system of its own that can be filled: one in memory, which only root can mount. */
export class SmallDisk implements Disposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @returns undefined where it cannot be mounted */
  static mount(megabytes: number): SmallDisk | undefined {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'slipway-test', folder], {
        stdio: 'ignore',
      });
      return new SmallDisk(folder);
    } catch {
      rmSync(folder, { recursive: true });
      return undefined;
    }
  }

  /** Leaves no byte free, or as many as it is told. */
  fill(left = 0): void {
    const file = openSync(join(this.folder, 'filler'), 'w');
    for (const piece of [BLOCK, LAST_BYTES]) {
      try {
        for (;;) writeSync(file, piece);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
    ftruncateSync(file, fstatSync(file).size - left);
    closeSync(file);
  }

  /** Takes back what {@link fill} took. */
  free(): void {
    rmSync(join(this.folder, 'filler'), { force: true });
  }

  makeReadOnly(): void {
    execFileSync('mount', ['-o', 'remount,ro', this.folder]);
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['-l', this.folder]);
    rmSync(this.folder, { recursive: true });
  }
}

/** Whether tests that need a {@link SmallDisk} can run here. */
export function canMount(): boolean {
  const disk = SmallDisk.mount(1);
  disk?.[Symbol.dispose]();
  return disk !== undefined;
}
