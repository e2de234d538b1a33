import type { Store } from '../../src/index.ts';

/** When a process dies around a commit: before it took effect, or after it did but before anyone was told. */
export type CrashMode = 'before' | 'after';

export interface CrashPoint {
  /** Number of the commit, from 1. */
  readonly commit: number;
  readonly mode: CrashMode;
}

export interface CrashingStore {
  readonly store: Store;
  /** Resolves when the crash has happened. */
  readonly crashed: Promise<void>;
  /** Commits so far. */
  readonly commits: () => number;
}

/** A store whose process dies at one commit. From then on nothing it is asked for ever happens. */
export function crashingStore(inner: Store, crash: CrashPoint | undefined): CrashingStore {
  let commits = 0;
  let dead = false;
  const { promise: crashed, resolve: die } = Promise.withResolvers<void>();
  const never = new Promise<never>(() => {});
  const store: Store = {
    ...inner,
    async transaction(write) {
      if (dead) return never;
      commits += 1;
      const dies = crash !== undefined && commits === crash.commit;
      if (dies) {
        dead = true;
        if (crash.mode === 'after') await inner.transaction(write);
        die();
        return never;
      }
      return inner.transaction(write);
    },
  };
  return { store, crashed, commits: () => commits };
}
