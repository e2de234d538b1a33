import { execFileSync } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testConfig } from '../../../testing/test-runtime.ts';

/** What a step of the stand-in does instead of its work, see its `__main__.py`. */
interface Order {
  readonly wait?: string;
  readonly die?: boolean;
  readonly code?: number;
  readonly message?: string;
}

/**
 * A folder of images in which the forecast image is one that fails, dies or waits when a test says so.
 * It computes nothing; tests of what is computed use the real one.
 */
export class StandInImages implements Disposable {
  readonly folder: string;
  readonly #image: string;
  readonly #gates: number[] = [];

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'slipway-images-'));
    this.#image = join(this.folder, 'forecast');
    cpSync(fileURLToPath(new URL('./stand-in', import.meta.url)), this.#image, { recursive: true });
    // The tool that makes environments is pinned beside the real images.
    cpSync(join(testConfig('').imagesFolder, 'uv.lock'), join(this.folder, 'uv.lock'));
  }

  /** Says what steps do from now on, by their names; a step that is not named does its work. */
  order(orders: Readonly<Record<string, Order>>): void {
    writeFileSync(join(this.#image, 'control.json'), JSON.stringify(orders));
  }

  /** Lets a step wait. @returns a function that lets it go on */
  hold(step: string): () => void {
    const gates = join(this.folder, 'gates');
    mkdirSync(gates, { recursive: true });
    const fifo = join(mkdtempSync(join(gates, 'gate-')), 'fifo');
    execFileSync('mkfifo', [fifo]);
    this.order({ [step]: { wait: fifo } });
    return () => {
      this.order({});
      // Open for both ends at once, which does not wait for the other one; whoever opens it later goes on.
      this.#gates.push(openSync(fifo, 'r+'));
    };
  }

  [Symbol.dispose](): void {
    for (const gate of this.#gates) closeSync(gate);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
