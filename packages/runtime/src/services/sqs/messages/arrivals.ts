import type { Host } from '../../../dispatch/host.ts';

/**
 * Waits until there may be something new: `topic` changed, the time came, or `signal` aborted. Whoever
 * wakes looks again, and has to have looked in the same turn in which it began to wait.
 *
 * @param time - milliseconds since the epoch
 */
export async function changeOrTime(
  host: Host,
  topic: string,
  time: number,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      unwatch();
      alarm.cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const unwatch = host.signals.watch(topic, done);
    const alarm = host.clock.at(time, done);
    signal.addEventListener('abort', done);
  });
}
