import type { ResourceProviders } from '../../../dispatch/resource-provider.ts';
import { alarmResource, compositeAlarmResource } from './alarm.ts';
import { dashboardResource } from './dashboard.ts';

/** The CloudFormation types of CloudWatch. */
export const cloudwatchResources: ResourceProviders = {
  'AWS::CloudWatch::Alarm': alarmResource,
  'AWS::CloudWatch::CompositeAlarm': compositeAlarmResource,
  'AWS::CloudWatch::Dashboard': dashboardResource,
};
