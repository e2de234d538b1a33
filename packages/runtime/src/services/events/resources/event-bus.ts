import type { EventBridge } from '@aws-sdk/client-eventbridge';
import {
  documentProperty,
  tagChanges,
  tagsProperty,
  textProperty,
} from '../../../dispatch/property-values.ts';
import type { Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { unlessGone } from './unless-gone.ts';

/** `AWS::Events::EventBus` */
export const eventBusResource: ResourceProvider = {
  properties: ['DeadLetterConfig', 'Description', 'Name', 'Policy', 'Tags'],
  inert: ['KmsKeyIdentifier', 'LogConfig'],
  replaceOn: ['Name'],

  async create(properties, context) {
    const events = context.client<EventBridge>('events');
    const Name = textProperty(properties, 'Name') ?? context.name(256);
    const Tags = tagsProperty(properties);
    const { EventBusArn } = await events.createEventBus({
      Name,
      Description: textProperty(properties, 'Description'),
      DeadLetterConfig: deadLetters(properties),
      Tags: Tags.length > 0 ? Tags : undefined,
    });
    context.created(Name);
    const Policy = documentProperty(properties, 'Policy');
    if (Policy !== undefined) await events.putPermission({ EventBusName: Name, Policy });
    return { physicalId: Name, attributes: { Arn: EventBusArn, Name } };
  },

  async update(Name, properties, previous, context) {
    const events = context.client<EventBridge>('events');
    const { Arn } = await events.updateEventBus({
      Name,
      Description: textProperty(properties, 'Description') ?? '',
      DeadLetterConfig: deadLetters(properties) ?? {},
    });
    const Policy = documentProperty(properties, 'Policy');
    if (Policy !== undefined) await events.putPermission({ EventBusName: Name, Policy });
    else if (previous['Policy'] !== undefined) {
      await events.removePermission({ EventBusName: Name, RemoveAllPermissions: true });
    }
    const { set, remove } = tagChanges(tagsProperty(properties), tagsProperty(previous));
    if (set.length > 0) await events.tagResource({ ResourceARN: Arn, Tags: set });
    if (remove.length > 0) await events.untagResource({ ResourceARN: Arn, TagKeys: remove });
    return { physicalId: Name, attributes: { Arn, Name } };
  },

  async delete(Name, _properties, context) {
    await unlessGone(context.client<EventBridge>('events').deleteEventBus({ Name }));
  },
};

/** `AWS::Events::EventBusPolicy`: one statement of a bus's policy. */
export const eventBusPolicyResource: ResourceProvider = {
  properties: ['Action', 'Condition', 'EventBusName', 'Principal', 'Statement', 'StatementId'],
  replaceOn: ['EventBusName', 'StatementId'],

  async create(properties, context) {
    await putStatement(properties, context.client<EventBridge>('events'));
    return { physicalId: textProperty(properties, 'StatementId') ?? context.name(64), attributes: {} };
  },

  async update(physicalId, properties, _previous, context) {
    await putStatement(properties, context.client<EventBridge>('events'));
    return { physicalId, attributes: {} };
  },

  async delete(_physicalId, properties, context) {
    const events = context.client<EventBridge>('events');
    const StatementId = textProperty(properties, 'StatementId');
    const EventBusName = textProperty(properties, 'EventBusName');
    await unlessGone(events.removePermission({ StatementId, EventBusName }));
  },
};

/** A statement given whole is put beside those that the bus has. */
async function putStatement(properties: Properties, events: ClientOf<EventBridge>): Promise<void> {
  const EventBusName = textProperty(properties, 'EventBusName');
  const StatementId = textProperty(properties, 'StatementId');
  const statement = documentProperty(properties, 'Statement');
  if (statement === undefined) {
    await events.putPermission({
      EventBusName,
      StatementId,
      Action: textProperty(properties, 'Action'),
      Principal: textProperty(properties, 'Principal'),
      Condition: properties['Condition'] as { Type: string; Key: string; Value: string } | undefined,
    });
    return;
  }
  const { Policy } = await events.describeEventBus({ Name: EventBusName });
  const present =
    Policy === undefined ? [] : (JSON.parse(Policy) as { Statement: { Sid?: string }[] }).Statement;
  const Statement = [
    ...present.filter(({ Sid }) => Sid !== StatementId),
    { Sid: StatementId, ...(JSON.parse(statement) as object) },
  ];
  await events.putPermission({ EventBusName, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
}

function deadLetters(properties: Properties): { Arn: string } | undefined {
  const config = properties['DeadLetterConfig'] as Properties | undefined;
  const Arn = config && textProperty(config, 'Arn');
  return Arn === undefined ? undefined : { Arn };
}
