/** When a runtime is killed with SIGKILL. */
export type Death =
  /** Around one of its commits, counted from its start. */
  | { readonly at: 'commit'; readonly commit: number; readonly moment: 'before' | 'after' }
  /** When it tells of a job of a kind. */
  | {
      readonly at: 'progress';
      readonly type: 'job.started' | 'job.progress' | 'job.ended';
      readonly kind: string;
    }
  /** When half of the zip is sent. */
  | { readonly at: 'half an upload' }
  /** Around the first commit after the upload of the zip began. */
  | { readonly at: 'upload'; readonly moment: 'before' | 'after' }
  /** When a piece of user code has begun. */
  | { readonly at: 'user code'; readonly name: string }
  /** When the execution has entered a state. */
  | { readonly at: 'state'; readonly name: string };

/** What a runtime in a process of its own is told: to count its commits, or to die around the next one. */
export type ToRuntime =
  | { readonly type: 'count commits' }
  | { readonly type: 'die'; readonly moment: 'before' | 'after' };

/** What it tells. */
export type FromRuntime =
  | { readonly type: 'ready'; readonly endpoint: string }
  | { readonly type: 'commits'; readonly commits: number }
  /** A fault of the runtime itself. */
  | { readonly type: 'fault'; readonly message: string };
