import type { SqsParts } from '../parts.ts';
import { numberOf } from '../queues/attributes.ts';

/** Deletes what was kept long enough; between two starts it goes when a receiver comes upon it. */
export async function sweep({ host, queues, messages }: SqsParts): Promise<void> {
  const now = host.clock.now();
  await host.database.transaction(() => {
    for (const queue of queues.everywhere()) {
      const retention = numberOf(queue, 'MessageRetentionPeriod') * 1000;
      messages.deleteSentBefore(queue.id, now - retention);
    }
  });
}
