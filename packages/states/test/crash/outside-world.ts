import { type Json, type TaskAttempt, TaskError, type TaskHandler } from '../../src/index.ts';
import { isObject } from '../../src/json.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';

/**
 * What tasks do outside the engine, kept over crashes. Submitting is idempotent by token, like every
 * service of the runtime; what was done how often is counted, and a dead process does nothing more.
 */
export class OutsideWorld {
  /** Jobs by token: when they end. */
  readonly jobs = new Map<string, { readonly parameters: Json; readonly ends: number }>();
  /** Calls of a flaky function by the name it is given. */
  readonly #failures = new Map<string, Set<string>>();
  #process = 0;

  /** The processes before this one are dead from now on. */
  newProcess(): number {
    this.#process += 1;
    return this.#process;
  }

  handler(clock: VirtualClock): TaskHandler {
    const process = this.#process;
    const alive = async (): Promise<void> => {
      if (process !== this.#process) await new Promise<never>(() => {});
    };
    return {
      run: async (task) => {
        await alive();
        const { resource } = task;
        if (resource.kind === 'service' && resource.pattern === 'sync')
          return this.#runJob(task, clock, alive);
        return { output: this.#call(task) };
      },
    };
  }

  async #runJob(
    task: TaskAttempt,
    clock: VirtualClock,
    alive: () => Promise<void>,
  ): Promise<{ output: Json }> {
    if (task.resumed === undefined) {
      if (!this.jobs.has(task.token)) {
        this.jobs.set(task.token, { parameters: task.parameters, ends: clock.now() + 30_000 });
      }
      await task.submitted({ JobName: task.token });
    }
    const job = this.jobs.get(task.token);
    if (job === undefined) throw new Error('the job was never submitted');
    await new Promise<void>((resolve) => clock.at(job.ends, resolve));
    await alive();
    failAsOrdered(task);
    return { output: { job: job.parameters } };
  }

  /** Fails twice for each `flaky` name, counted by token so that a repeated call fails again. */
  #call(task: TaskAttempt): Json {
    const { token, parameters } = task;
    const flaky = isObject(parameters) ? parameters['flaky'] : undefined;
    if (typeof flaky === 'string') {
      const failed = this.#failures.get(flaky) ?? new Set();
      this.#failures.set(flaky, failed);
      if (failed.has(token) || failed.size < 2) {
        failed.add(token);
        throw new TaskError('Flaky', `try again, ${flaky}`);
      }
    }
    failAsOrdered(task);
    return { called: parameters };
  }
}

/** Tasks may be told to fail: for good, or so many times. */
function failAsOrdered({ parameters, attempt }: TaskAttempt): void {
  if (!isObject(parameters)) return;
  if (parameters['broken'] === true) throw new TaskError('Broken', 'for good');
  if (Number(parameters['failures'] ?? 0) > attempt) throw new TaskError('Broken', `attempt ${attempt}`);
}
