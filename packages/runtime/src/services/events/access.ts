import type { PutEventsRequest } from '@aws-sdk/client-eventbridge';
import type { NeedsOf, ServiceAccess } from '../../access/needs.ts';
import type { Database } from '../../store/database.ts';
import { BusesTable, busArn, busPlace } from './buses-table.ts';

const BUS_ARN = /^arn:aws[a-z-]*:events:[^:]+:\d{12}:event-bus\//;
const RULE_ARN = /^(arn:aws[a-z-]*:events:[^:]+:\d{12}:)rule\/(?:(.+)\/)?[^/]+$/;

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html */
export function eventsAccess(database: Database): ServiceAccess {
  const buses = new BusesTable(database);
  const rule =
    (operation: string): NeedsOf =>
    (input: { Name?: string; Rule?: string; EventBusName?: string }, place) => {
      const bus = busPlace(input.EventBusName, place);
      const name = input.Rule ?? input.Name;
      const path = bus.name === 'default' ? name : `${bus.name}/${name}`;
      const resource = `arn:aws:events:${bus.region}:${bus.account}:rule/${path}`;
      return [{ action: `events:${operation}`, resource }];
    };
  const bus =
    (operation: string): NeedsOf =>
    (input: { Name?: string; EventBusName?: string }, place) => [
      { action: `events:${operation}`, resource: busArn(busPlace(input.EventBusName ?? input.Name, place)) },
    ];
  const rules = ['PutRule', 'DeleteRule', 'DescribeRule', 'EnableRule', 'DisableRule', 'PutTargets'];
  return {
    prefix: 'events',
    resources: ['{ResourceARN}', '*'],
    passes: { service: 'events.amazonaws.com', members: ['RoleArn', 'Targets.RoleArn'] },
    operations: {
      ...Object.fromEntries(
        [...rules, 'RemoveTargets', 'ListTargetsByRule'].map((operation) => [operation, rule(operation)]),
      ),
      ...Object.fromEntries(
        ['CreateEventBus', 'DeleteEventBus', 'DescribeEventBus', 'UpdateEventBus'].map((operation) => [
          operation,
          bus(operation),
        ]),
      ),
      PutPermission: bus('PutPermission'),
      RemovePermission: bus('RemovePermission'),
      PutEvents: ({ Entries = [] }: PutEventsRequest, place) =>
        Entries.map(({ EventBusName, Source, DetailType }) => ({
          action: 'events:PutEvents',
          resource: busArn(busPlace(EventBusName, place)),
          conditions: { 'events:source': Source, 'events:detail-type': DetailType },
        })),
    },
    resourcePolicy(resource) {
      const [, head, name = 'default'] = RULE_ARN.exec(resource) ?? [];
      const busOf = head === undefined ? resource : `${head}event-bus/${name}`;
      if (!BUS_ARN.test(busOf)) return undefined;
      const place = busPlace(busOf, { account: '', region: '' });
      return { account: place.account, document: buses.find(place)?.policy };
    },
  };
}
