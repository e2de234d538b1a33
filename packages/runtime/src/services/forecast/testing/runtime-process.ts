import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { DEFAULT_REGION } from '../../../config.ts';
import { readNotice } from '../../../store/state-lock.ts';
import { ForecastTests } from './forecast-tests.ts';

/** A runtime in a process of its own, to be killed. */
export class RuntimeProcess {
  readonly #process: ChildProcess;
  readonly tests: ForecastTests;
  /** Resolves when the process is no more. */
  readonly ended: Promise<void>;

  private constructor(process: ChildProcess, ended: Promise<void>, endpoint: string) {
    this.#process = process;
    this.ended = ended;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    this.tests = new ForecastTests({ clientConfig: { endpoint, region: DEFAULT_REGION, credentials } });
  }

  /**
   * @param crash - the number of the commit before or after which it kills itself
   * @returns undefined when it did so before it was up
   */
  static async start(
    stateFolder: string,
    imagesFolder: string,
    crash: { commit: number; moment: 'before' | 'after' } = { commit: 0, moment: 'after' },
  ): Promise<RuntimeProcess | undefined> {
    const program = fileURLToPath(new URL('./crashing-runtime.ts', import.meta.url));
    const args = [program, stateFolder, imagesFolder, String(crash.commit), crash.moment];
    const child = spawn(process.execPath, ['-C', 'source', ...args], { stdio: 'inherit' });
    let over = false;
    const ended = new Promise<void>((resolve) => {
      child.on('close', () => {
        over = true;
        resolve();
      });
    });
    const notice = await vi.waitUntil(
      () => over || ((found) => (found?.pid === child.pid ? found : false))(readNotice(stateFolder)),
      { timeout: 60_000, interval: 10 },
    );
    return notice === true ? undefined : new RuntimeProcess(child, ended, notice.endpoint);
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended;
  }
}
