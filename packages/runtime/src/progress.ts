/** Things that happen inside the runtime and that a person may want to follow. */
export type ProgressEvent =
  | { type: 'environment.started'; name: string }
  | { type: 'environment.line'; name: string; line: string }
  | { type: 'environment.ready'; name: string; seconds: number }
  | { type: 'job.started'; kind: string; id: string }
  | { type: 'job.progress'; kind: string; id: string; label: string; done: number; total: number }
  | { type: 'job.ended'; kind: string; id: string; exitCode: number | null; seconds: number }
  /** Something about a resource that its user may want to know and that is in order. */
  | { type: 'note'; service: string; arn: string; message: string }
  | { type: 'warning'; service: string; message: string }
  | { type: 'fault'; service: string; message: string; error: unknown };

export type ProgressListener = (event: ProgressEvent) => void;

/** The runtime never prints: it tells its listeners (a terminal, a log, the console). */
export class Progress {
  readonly #listeners = new Set<ProgressListener>();

  emit(event: ProgressEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** @returns a function that ends the listening */
  listen(listener: ProgressListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
