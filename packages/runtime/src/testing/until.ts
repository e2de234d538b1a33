import { setImmediate } from 'node:timers/promises';

/** Reads again and again, each time after everything else had its turn, until there is an answer. */
export async function until<T>(read: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const answer = await read();
    if (answer !== undefined) return answer;
    await setImmediate();
  }
}
