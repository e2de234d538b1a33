import type { RuntimeConfig } from '../../config.ts';

/** When a runtime kills itself with SIGKILL. */
export type Death =
  /** Around one of its commits, counted from its start. */
  | { readonly at: 'commit'; readonly commit: number; readonly moment: 'before' | 'after' }
  /** When it tells of a job of a kind. */
  | {
      readonly at: 'progress';
      readonly type: 'job.started' | 'job.progress' | 'job.ended';
      readonly kind: string;
    };

/** How a runtime in a process of its own is set up, and how it ends. */
export interface LifePlan {
  readonly config?: Partial<RuntimeConfig>;
  readonly death?: Death | undefined;
}

/** What such a runtime is told: to count its commits, or to die around the next one. */
export type ToRuntime =
  | { readonly type: 'count commits' }
  | { readonly type: 'die'; readonly moment: 'before' | 'after' };

/** What it tells. */
export type FromRuntime =
  | { readonly type: 'ready'; readonly endpoint: string }
  | { readonly type: 'commits'; readonly commits: number }
  /** A fault of the runtime itself. */
  | { readonly type: 'fault'; readonly message: string };

/**
 * Kills around commits: the first one `begin` of a step after the start, each further one a step later in
 * its own life, so that all lives together go over the whole.
 *
 * @param commits - how many an uninterrupted life has
 */
export function deathsOver(
  commits: number,
  lives: number,
  moment: 'before' | 'after',
  begin: number,
): Death[] {
  const step = Math.floor(commits / (lives + 1));
  return Array.from({ length: lives }, (_, life) => {
    const commit = life === 0 ? 1 + Math.floor(begin * step) : step;
    return { at: 'commit', commit, moment };
  });
}
