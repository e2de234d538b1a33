import type { ResourceProviders } from '../../../dispatch/resource-provider.ts';
import { activityResource } from './activity.ts';
import { aliasResource } from './alias.ts';
import { stateMachineResource } from './state-machine.ts';
import { versionResource } from './version.ts';

/** The CloudFormation types of Step Functions. */
export const resources: ResourceProviders = {
  'AWS::StepFunctions::Activity': activityResource,
  'AWS::StepFunctions::StateMachine': stateMachineResource,
  'AWS::StepFunctions::StateMachineAlias': aliasResource,
  'AWS::StepFunctions::StateMachineVersion': versionResource,
};
