import type { TaskAttempt } from '@slipway/states';

interface Worker {
  readonly name: string | undefined;
  readonly take: (task: TaskAttempt | undefined) => void;
}

/**
 * Tasks of activities that nobody has taken, and workers that wait for one. It lives in memory: after a
 * restart the engine brings every open task again.
 */
export class ActivityQueue {
  readonly #tasks = new Map<string, TaskAttempt[]>();
  readonly #workers = new Map<string, Worker[]>();

  /** Offers a task to the worker that waits longest, or keeps it for the next. */
  async offer(activityArn: string, task: TaskAttempt): Promise<void> {
    const worker = this.#workers.get(activityArn)?.shift();
    if (worker) {
      await task.started(worker.name);
      worker.take(task);
      return;
    }
    const tasks = this.#tasks.get(activityArn) ?? [];
    tasks.push(task);
    this.#tasks.set(activityArn, tasks);
    task.signal.addEventListener('abort', () => {
      const index = tasks.indexOf(task);
      if (index >= 0) tasks.splice(index, 1);
    });
  }

  /**
   * Waits for a task.
   *
   * @param signal - gives up: the worker has waited long enough or went away
   * @returns undefined when `signal` came first
   */
  async poll(
    activityArn: string,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<TaskAttempt | undefined> {
    const waiting = this.#tasks.get(activityArn)?.shift();
    if (waiting) {
      await waiting.started(workerName);
      return waiting;
    }
    return await new Promise((resolve) => {
      const workers = this.#workers.get(activityArn) ?? [];
      const worker: Worker = { name: workerName, take: resolve };
      workers.push(worker);
      this.#workers.set(activityArn, workers);
      signal.addEventListener('abort', () => {
        const index = workers.indexOf(worker);
        if (index >= 0) workers.splice(index, 1);
        resolve(undefined);
      });
    });
  }
}
