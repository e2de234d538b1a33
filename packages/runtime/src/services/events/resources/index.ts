import type { ResourceProviders } from '../../../dispatch/resource-provider.ts';
import { eventBusPolicyResource, eventBusResource } from './event-bus.ts';
import { ruleResource } from './rule.ts';

/** The CloudFormation types of EventBridge. */
export const eventsResources: ResourceProviders = {
  'AWS::Events::EventBus': eventBusResource,
  'AWS::Events::EventBusPolicy': eventBusPolicyResource,
  'AWS::Events::Rule': ruleResource,
};
