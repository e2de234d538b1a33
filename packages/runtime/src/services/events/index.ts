import { defineService } from '../../dispatch/service.ts';
import { eventsAccess } from './access.ts';
import { busOperations } from './buses.ts';
import { busesSchema } from './buses-table.ts';
import { Deliverer } from './deliverer.ts';
import { permissionOperations } from './permissions.ts';
import { type DeliveryOrder, Publisher } from './publisher.ts';
import { putEventsOperations } from './put-events.ts';
import { eventsResources } from './resources/index.ts';
import { ruleOperations } from './rules.ts';
import { rulesSchema } from './rules-table.ts';
import { tagOperations } from './tags.ts';
import { targetOperations } from './targets.ts';
import { Ticker, type TickOrder } from './ticker.ts';

const ARCHIVES = 'events are not kept once they are delivered';
const HTTP = 'events are not sent to addresses outside this machine';
const PARTNERS = 'there are no partners on one machine';

/** EventBridge: buses, rules by pattern and by time, and delivery to their targets. */
export const events = defineService({
  name: 'events',
  models: ['events'],
  schema: [busesSchema + rulesSchema],
  unsupported: {
    CreateArchive: ARCHIVES,
    StartReplay: ARCHIVES,
    CreateConnection: HTTP,
    CreateApiDestination: HTTP,
    CreateEndpoint: 'there is one region at a time',
    CreatePartnerEventSource: PARTNERS,
    PutPartnerEvents: PARTNERS,
  },
  create(host) {
    const publisher = new Publisher(host);
    const ticker = new Ticker(host, publisher);
    const deliverer = new Deliverer(host, publisher);
    return {
      operations: {
        ...busOperations(host),
        ...permissionOperations(host),
        ...ruleOperations(host, ticker),
        ...targetOperations(host),
        ...putEventsOperations(host, publisher),
        ...tagOperations(host),
      },
      access: eventsAccess(host.database),
      orders: {
        'events.deliver': (order: DeliveryOrder, run) => deliverer.deliver(order, run),
        'events.tick': (order: TickOrder, run) => ticker.fire(order, run),
      },
      resources: eventsResources,
    };
  },
});
