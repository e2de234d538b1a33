import type { OrderHandler } from '../../../store/orders.ts';
import { decodeDetails, encodeDetails } from '../messages/details.ts';
import { type SqsParts, tellReceivers } from '../parts.ts';
import { isFifo, type Queue } from '../queues/queues-table.ts';
import type { MoveTask } from './move-tasks-table.ts';

export const MOVE_ORDER = 'sqs.move';
/** So many are moved in one transaction, which others have to wait for. */
const AT_ONCE = 500;

export interface MoveOrder {
  readonly task: string;
}

/** Carries a move task on by one step: so many messages as it may move in a second. */
export function moveOrder(parts: SqsParts): OrderHandler<MoveOrder> {
  const { host, queues, messages, moveTasks } = parts;

  const moveOne = (task: MoveTask, source: Queue, now: number): 'moved' | 'none' | 'lost' => {
    const [message] = messages.ready(source.id, now, 1, isFifo(source));
    if (!message) return 'none';
    const { deadLetterSource, ...details } = decodeDetails(message.details);
    const target = queues.findByArn(task.destination ?? deadLetterSource ?? '');
    if (!target) return 'lost';
    messages.move(message.id, {
      queue: target.id,
      visible: now,
      sent: now,
      details: encodeDetails(details),
    });
    tellReceivers(parts, target);
    return 'moved';
  };

  return async ({ task: id }, run) => {
    await host.database.transaction(() => {
      run.complete();
      const task = moveTasks.get(id);
      if (!task) return;
      const source = queues.findByArn(task.source);
      if (task.status === 'CANCELLING' || !source) {
        moveTasks.put({ ...task, status: 'CANCELLED' });
        return;
      }
      const now = host.clock.now();
      let { moved } = task;
      for (let left = task.perSecond ?? AT_ONCE; left > 0; left--) {
        const outcome = moveOne(task, source, now);
        if (outcome === 'none') {
          moveTasks.put({ ...task, moved, status: 'COMPLETED' });
          return;
        }
        if (outcome === 'lost') {
          const failure = 'AWS.SimpleQueueService.NonExistentQueue';
          moveTasks.put({ ...task, moved, status: 'FAILED', failure });
          return;
        }
        moved += 1;
      }
      moveTasks.put({ ...task, moved });
      const due = task.perSecond === undefined ? 0 : now + 1000;
      host.orders.place<MoveOrder>(MOVE_ORDER, { task: id }, { due });
    });
  };
}
