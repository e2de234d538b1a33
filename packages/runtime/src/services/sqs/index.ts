import { defineService } from '../../dispatch/service.ts';
import { loadModel } from '../../model/load.ts';
import { sqsAccess } from './access.ts';
import { deduplicationSchema } from './messages/deduplication.ts';
import { handledOperations } from './messages/handled.ts';
import { messagesSchema } from './messages/messages-table.ts';
import { receiveOperations } from './messages/receive.ts';
import { sendOperations } from './messages/send.ts';
import { sweep } from './messages/sweep.ts';
import { moveTaskOperations } from './move-tasks/move-tasks.ts';
import { moveTasksSchema } from './move-tasks/move-tasks-table.ts';
import { MOVE_ORDER, moveOrder } from './move-tasks/mover.ts';
import { createParts } from './parts.ts';
import { queryModel } from './query-model.ts';
import { permissionOperations } from './queues/permissions.ts';
import { queueAttributeOperations } from './queues/queue-attributes.ts';
import { queueOperations } from './queues/queues.ts';
import { queuesSchema } from './queues/queues-table.ts';
import { tagOperations } from './queues/tags.ts';
import { sqsResources } from './resources/index.ts';

/** SQS: standard and FIFO queues, on disk. */
export const sqs = defineService({
  name: 'sqs',
  models: [queryModel(loadModel('sqs')), 'sqs'],
  schema: [[queuesSchema, messagesSchema, deduplicationSchema, moveTasksSchema].join('\n')],
  quirks: { validationCode: 'MissingParameter' },
  create(host) {
    const parts = createParts(host);
    return {
      operations: {
        ...queueOperations(parts),
        ...queueAttributeOperations(parts),
        ...permissionOperations(parts),
        ...tagOperations(parts),
        ...sendOperations(parts),
        ...receiveOperations(parts),
        ...handledOperations(parts),
        ...moveTaskOperations(parts),
      },
      orders: { [MOVE_ORDER]: moveOrder(parts) },
      access: sqsAccess(parts.queues),
      resources: sqsResources,
      start: () => sweep(parts),
    };
  },
});
