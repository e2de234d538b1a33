import type { Host } from '../../dispatch/host.ts';
import { Deduplication } from './messages/deduplication.ts';
import { MessagesTable } from './messages/messages-table.ts';
import { MoveTasksTable } from './move-tasks/move-tasks-table.ts';
import { type Queue, QueuesTable } from './queues/queues-table.ts';

/** What the operations of SQS share. */
export interface SqsParts {
  readonly host: Host;
  readonly queues: QueuesTable;
  readonly messages: MessagesTable;
  readonly deduplication: Deduplication;
  readonly moveTasks: MoveTasksTable;
}

export function createParts(host: Host): SqsParts {
  const { database } = host;
  return {
    host,
    queues: new QueuesTable(database),
    messages: new MessagesTable(database),
    deduplication: new Deduplication(database),
    moveTasks: new MoveTasksTable(database),
  };
}

/** What those who wait for a queue's messages watch. */
export function messagesTopic({ arn }: Queue): string {
  return `${arn}/messages`;
}

/** Inside a transaction: once it is committed, those who wait look again. */
export function tellReceivers({ host }: SqsParts, queue: Queue): void {
  host.database.afterCommit(() => host.signals.changed(messagesTopic(queue)));
}
