import type { EventBridge } from '@aws-sdk/client-eventbridge';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { type Bus, BusesTable, busArn, busPlace, DEFAULT_BUS } from './buses-table.ts';
import { nextPage, positionIn } from './paging.ts';
import { RulesTable } from './rules-table.ts';
import { tagsOf } from './tags.ts';

const DEFAULT_LIMIT = 100;

export function busOperations(host: Host) {
  const buses = new BusesTable(host.database);
  const rules = new RulesTable(host.database);

  return {
    CreateEventBus(input, context) {
      const { Name: name, EventSourceName, Description, KmsKeyIdentifier, DeadLetterConfig, Tags } = input;
      if (EventSourceName !== undefined || name.startsWith('aws.partner/')) {
        throw invalid('Partner event sources are not supported by this version of Slipway');
      }
      if (name.includes('/')) throw invalid("Event bus name must not contain '/'.");
      if (KmsKeyIdentifier !== undefined)
        context.warn('The key is kept; nothing is encrypted on this machine.');
      const bus: Bus = {
        name,
        arn: busArn({ ...context, name }),
        description: Description,
        kmsKeyIdentifier: KmsKeyIdentifier,
        deadLetterArn: DeadLetterConfig?.Arn,
        tags: tagsOf(Tags),
        created: context.now,
        modified: context.now,
      };
      return context.transaction(() => {
        if (!buses.insert(context, bus)) {
          throw new ServiceError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
        }
        return { EventBusArn: bus.arn, Description, KmsKeyIdentifier, DeadLetterConfig };
      });
    },

    DescribeEventBus({ Name }, context) {
      const bus = buses.get(busPlace(Name, context));
      return {
        ...listed(bus),
        KmsKeyIdentifier: bus.kmsKeyIdentifier,
        DeadLetterConfig: bus.deadLetterArn === undefined ? undefined : { Arn: bus.deadLetterArn },
      };
    },

    UpdateEventBus(input, context) {
      const place = busPlace(input.Name, context);
      return context.transaction(() => {
        const bus = buses.get(place);
        const changed: Bus = {
          ...bus,
          description: input.Description ?? bus.description,
          kmsKeyIdentifier: input.KmsKeyIdentifier ?? bus.kmsKeyIdentifier,
          deadLetterArn: input.DeadLetterConfig ? input.DeadLetterConfig.Arn : bus.deadLetterArn,
          modified: context.now,
        };
        buses.put(place, changed);
        return {
          Arn: changed.arn,
          Name: changed.name,
          Description: changed.description,
          KmsKeyIdentifier: changed.kmsKeyIdentifier,
          DeadLetterConfig: changed.deadLetterArn === undefined ? undefined : { Arn: changed.deadLetterArn },
        };
      });
    },

    ListEventBuses({ NamePrefix, NextToken, Limit = DEFAULT_LIMIT }, context) {
      const question = ['buses', NamePrefix];
      const found = buses.list(context, NamePrefix, { after: positionIn(NextToken, question) });
      const page = nextPage(found, Limit, question);
      return { EventBuses: page.items.map(listed), NextToken: page.NextToken };
    },

    DeleteEventBus({ Name }, context) {
      const place = busPlace(Name, context);
      if (place.name === DEFAULT_BUS) throw invalid('Cannot delete event bus default.');
      return context.transaction(() => {
        if (rules.of(place, { limit: 1 }).length > 0) {
          throw invalid(`Event bus can't be deleted since it has rules.`);
        }
        buses.delete(place);
        return {};
      });
    },
  } satisfies Operations<EventBridge>;
}

function listed({ name, arn, description, policy, created, modified }: Bus) {
  return {
    Name: name,
    Arn: arn,
    Description: description,
    Policy: policy,
    CreationTime: created,
    LastModifiedTime: modified,
  };
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
