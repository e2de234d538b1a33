import type { EventBridge, RuleState, Target } from '@aws-sdk/client-eventbridge';
import {
  documentProperty,
  listProperty,
  tagChanges,
  tagsProperty,
  textProperty,
} from '../../../dispatch/property-values.ts';
import type { DeployContext, Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { busPlace, DEFAULT_BUS } from '../buses-table.ts';
import { unlessGone } from './unless-gone.ts';

/** `AWS::Events::Rule`: a rule with its targets. `Ref` gives the name, on a bus of one's own `bus|name`. */
export const ruleResource: ResourceProvider = {
  properties: [
    ...['Description', 'EventBusName', 'EventPattern', 'Name', 'RoleArn', 'ScheduleExpression', 'State'],
    ...['Tags', 'Targets'],
  ],
  replaceOn: ['EventBusName', 'Name'],

  async create(properties, context) {
    const events = context.client<EventBridge>('events');
    const Name = textProperty(properties, 'Name') ?? context.name(64);
    const { RuleArn } = await events.putRule({ ...ruleOf(Name, properties), Tags: tagsOf(properties) });
    const physicalId = physicalIdOf(Name, properties, context);
    context.created(physicalId);
    await carryTargets(events, Name, properties, {});
    return { physicalId, attributes: { Arn: RuleArn } };
  },

  async update(physicalId, properties, previous, context) {
    const events = context.client<EventBridge>('events');
    const Name = nameIn(physicalId);
    const { RuleArn } = await events.putRule(ruleOf(Name, properties));
    await carryTargets(events, Name, properties, previous);
    const { set, remove } = tagChanges(tagsProperty(properties), tagsProperty(previous));
    if (set.length > 0) await events.tagResource({ ResourceARN: RuleArn, Tags: set });
    if (remove.length > 0) await events.untagResource({ ResourceARN: RuleArn, TagKeys: remove });
    return { physicalId, attributes: { Arn: RuleArn } };
  },

  async delete(physicalId, properties, context) {
    const events = context.client<EventBridge>('events');
    const Name = nameIn(physicalId);
    const EventBusName = textProperty(properties, 'EventBusName');
    await unlessGone(carryTargets(events, Name, { EventBusName }, properties));
    await unlessGone(events.deleteRule({ Name, EventBusName }));
  },
};

function ruleOf(Name: string, properties: Properties) {
  return {
    Name,
    EventBusName: textProperty(properties, 'EventBusName'),
    EventPattern: documentProperty(properties, 'EventPattern'),
    ScheduleExpression: textProperty(properties, 'ScheduleExpression'),
    Description: textProperty(properties, 'Description'),
    RoleArn: textProperty(properties, 'RoleArn'),
    State: textProperty(properties, 'State') as RuleState | undefined,
  };
}

function tagsOf(properties: Properties) {
  const tags = tagsProperty(properties);
  return tags.length > 0 ? tags : undefined;
}

async function carryTargets(
  events: ClientOf<EventBridge>,
  Rule: string,
  properties: Properties,
  previous: Properties,
): Promise<void> {
  const EventBusName = textProperty(properties, 'EventBusName');
  const wanted = listProperty<Properties>(properties, 'Targets').map(targetOf);
  const ids = new Set(wanted.map(({ Id }) => Id));
  const gone = listProperty<Properties>(previous, 'Targets')
    .map(({ Id }) => String(Id))
    .filter((id) => !ids.has(id));
  if (gone.length > 0) await events.removeTargets({ Rule, EventBusName, Ids: gone });
  if (wanted.length > 0) await events.putTargets({ Rule, EventBusName, Targets: wanted });
}

/** A target in the template is what the API takes, but for numbers as text and the map of paths. */
function targetOf(properties: Properties): Target {
  const target = { ...properties } as unknown as Target;
  const retry = properties['RetryPolicy'] as Properties | undefined;
  if (!retry) return target;
  const numberOf = (name: string) => (retry[name] === undefined ? undefined : Number(retry[name]));
  const RetryPolicy = {
    MaximumRetryAttempts: numberOf('MaximumRetryAttempts'),
    MaximumEventAgeInSeconds: numberOf('MaximumEventAgeInSeconds'),
  };
  return { ...target, RetryPolicy };
}

function physicalIdOf(name: string, properties: Properties, context: DeployContext): string {
  const { name: bus } = busPlace(textProperty(properties, 'EventBusName'), context);
  return bus === DEFAULT_BUS ? name : `${bus}|${name}`;
}

function nameIn(physicalId: string): string {
  return physicalId.slice(physicalId.lastIndexOf('|') + 1);
}
