import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FromRuntime, LifePlan, ToRuntime } from './death.ts';

const PROGRAM = fileURLToPath(new URL('./mortal-runtime.ts', import.meta.url));

/** One life of a runtime, in a process of its own. */
export class RuntimeLife {
  readonly #process: ChildProcess;
  readonly #answers: ((commits: number) => void)[] = [];
  /** Resolves when the process is no more. */
  readonly ended: Promise<void>;
  /** What it told of faults of its own. */
  readonly faults: string[] = [];
  #endpoint = '';

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.ended = once(process, 'close').then(() => {});
  }

  /** @returns undefined when it died before it was ready */
  static async begin(stateFolder: string, plan: LifePlan = {}): Promise<RuntimeLife | undefined> {
    const args = [PROGRAM, stateFolder, JSON.stringify(plan)];
    const child = spawn(process.execPath, ['-C', 'source', ...args], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const life = new RuntimeLife(child);
    const ready = new Promise<boolean>((resolve) => {
      child.on('message', (message: FromRuntime) => {
        life.#hear(message);
        if (message.type === 'ready') resolve(true);
      });
    });
    if (await Promise.race([ready, life.ended.then(() => false)])) return life;
    if (child.signalCode !== 'SIGKILL') throw new Error(`The runtime ended with exit code ${child.exitCode}`);
    return undefined;
  }

  get endpoint(): string {
    return this.#endpoint;
  }

  get isOver(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Commits since its start. */
  commits(): Promise<number> {
    return this.#ask({ type: 'count commits' });
  }

  /** Has it die around its next commit. */
  async dieAround(moment: 'before' | 'after'): Promise<void> {
    await this.#ask({ type: 'die', moment });
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended;
  }

  /** The answer, or 0 from one that dies over it. */
  async #ask(question: ToRuntime): Promise<number> {
    const answer = new Promise<number>((resolve) => {
      this.#answers.push(resolve);
    });
    // One that is dead already cannot be asked; its end is the answer.
    this.#process.send(question, () => {});
    return await Promise.race([answer, this.ended.then(() => 0)]);
  }

  #hear(message: FromRuntime): void {
    if (message.type === 'ready') this.#endpoint = message.endpoint;
    else if (message.type === 'fault') this.faults.push(message.message);
    else this.#answers.shift()?.(message.commits);
  }
}
