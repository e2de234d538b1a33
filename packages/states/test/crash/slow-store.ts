import { setImmediate as nextTick } from 'node:timers/promises';
import type { Store } from '../../src/index.ts';

/** A store whose commits take some turns of the event loop, one after the other, as a disk's do. */
export function slowStore(inner: Store, turns: () => number): Store {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...inner,
    transaction(write) {
      const commit = last.then(async () => {
        for (let left = turns(); left > 0; left -= 1) await nextTick();
        return inner.transaction(write);
      });
      last = commit.catch(() => {});
      return commit;
    },
  };
}
