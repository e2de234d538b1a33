import { ServiceError } from '../../dispatch/errors.ts';
import { defineService } from '../../dispatch/service.ts';
import { snsAccess } from './access.ts';
import { backlogSchema } from './delivery/backlog.ts';
import { CONFIRM_ORDER, confirmOrder } from './delivery/confirmation.ts';
import { Deliverer } from './delivery/deliverer.ts';
import { CERTIFICATE_PATH } from './delivery/envelope.ts';
import { DELIVERY_ORDER, type DeliveryOrder, IN_ORDER, type InOrder } from './delivery/orders.ts';
import { createParts } from './parts.ts';
import { deduplicationSchema } from './publish/deduplication.ts';
import { publishOperations } from './publish/publish.ts';
import { snsResources } from './resources/index.ts';
import { subscriptionOperations } from './subscriptions/subscriptions.ts';
import { subscriptionsSchema } from './subscriptions/subscriptions-table.ts';
import { permissionOperations } from './topics/permissions.ts';
import { tagOperations } from './topics/tags.ts';
import { topicOperations } from './topics/topics.ts';
import { topicsSchema } from './topics/topics-table.ts';
import { unsupported } from './unsupported.ts';

/** SNS: topics, and their messages to queues, functions and addresses of this machine. */
export const sns = defineService({
  name: 'sns',
  models: ['sns'],
  schema: [[topicsSchema, subscriptionsSchema, deduplicationSchema, backlogSchema].join('\n')],
  unsupported,
  quirks: {
    validationCode: 'ValidationError',
    accessDenied: (sentence) => new ServiceError('AuthorizationErrorException', sentence, { status: 403 }),
  },
  create(host) {
    const parts = createParts(host);
    const deliverer = new Deliverer(parts);
    return {
      operations: {
        ...topicOperations(parts),
        ...permissionOperations(parts),
        ...tagOperations(parts),
        ...subscriptionOperations(parts),
        ...publishOperations(parts),
      },
      orders: {
        [DELIVERY_ORDER]: (order: DeliveryOrder, run) => deliverer.deliver(order, run),
        [IN_ORDER]: (order: InOrder, run) => deliverer.deliverInOrder(order, run),
        [CONFIRM_ORDER]: confirmOrder(parts),
      },
      access: snsAccess(parts.topics),
      resources: snsResources,
      answer(path, _request, response) {
        if (path !== CERTIFICATE_PATH) return false;
        response.writeHead(404, { 'content-type': 'text/plain' });
        response.end('Slipway does not sign messages: only Amazon has the key of Amazon SNS.\n');
        return true;
      },
    };
  },
});
