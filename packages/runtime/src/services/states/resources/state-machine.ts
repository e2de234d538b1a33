import type {
  EncryptionConfiguration,
  LoggingConfiguration,
  SFN,
  StateMachineType,
  TracingConfiguration,
} from '@aws-sdk/client-sfn';
import {
  booleanProperty,
  tagChanges,
  tagsProperty,
  textProperty,
} from '../../../dispatch/property-values.ts';
import type { DeployContext, Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import type { ClientOf } from '../../../dispatch/types.ts';
import { checkDefinition } from './check-definition.ts';
import { definitionOf } from './definition.ts';

const LONGEST_NAME = 80;

/** `AWS::StepFunctions::StateMachine` */
export const stateMachineResource: ResourceProvider = {
  properties: [
    'Definition',
    'DefinitionS3Location',
    'DefinitionString',
    'DefinitionSubstitutions',
    'LoggingConfiguration',
    'RoleArn',
    'StateMachineName',
    'StateMachineType',
    'Tags',
  ],
  // There is no X-Ray and no KMS on one machine; both are kept and described.
  inert: ['TracingConfiguration', 'EncryptionConfiguration'],
  replaceOn: ['StateMachineName', 'StateMachineType'],
  check: checkDefinition,

  async create(properties, context) {
    const states = context.client<SFN>('states');
    const name = textProperty(properties, 'StateMachineName') ?? context.name(LONGEST_NAME);
    const { stateMachineArn = '' } = await states.createStateMachine({
      name,
      ...(await settings(properties, context)),
      type: textProperty(properties, 'StateMachineType') as StateMachineType | undefined,
      tags: tagsProperty(properties).map(({ Key, Value }) => ({ key: Key, value: Value })),
    });
    return described(states, stateMachineArn, name);
  },

  async update(arn, properties, previous, context) {
    const states = context.client<SFN>('states');
    await states.updateStateMachine({ stateMachineArn: arn, ...(await settings(properties, context)) });
    const { set, remove } = tagChanges(tagsProperty(properties), tagsProperty(previous));
    if (set.length > 0) {
      await states.tagResource({
        resourceArn: arn,
        tags: set.map(({ Key, Value }) => ({ key: Key, value: Value })),
      });
    }
    if (remove.length > 0) await states.untagResource({ resourceArn: arn, tagKeys: remove });
    return described(states, arn, arn.slice(arn.lastIndexOf(':') + 1));
  },

  async delete(arn, _properties, context) {
    await context.client<SFN>('states').deleteStateMachine({ stateMachineArn: arn });
  },
};

async function settings(properties: Properties, context: DeployContext) {
  return {
    definition: await definitionOf(properties, context),
    roleArn: textProperty(properties, 'RoleArn'),
    loggingConfiguration: logging(properties['LoggingConfiguration'] as Properties | undefined),
    tracingConfiguration: tracing(properties['TracingConfiguration'] as Properties | undefined),
    encryptionConfiguration: encryption(properties['EncryptionConfiguration'] as Properties | undefined),
  };
}

async function described(states: ClientOf<SFN>, arn: string, name: string) {
  const { revisionId } = await states.describeStateMachine({ stateMachineArn: arn });
  return {
    physicalId: arn,
    attributes: { Arn: arn, Name: name, StateMachineRevisionId: revisionId ?? 'INITIAL' },
  };
}

function logging(given: Properties | undefined): LoggingConfiguration {
  if (!given) return { level: 'OFF' };
  const destinations = (given['Destinations'] ?? []) as {
    CloudWatchLogsLogGroup?: { LogGroupArn?: string };
  }[];
  return {
    level: textProperty(given, 'Level') as LoggingConfiguration['level'],
    includeExecutionData: booleanProperty(given, 'IncludeExecutionData') ?? false,
    destinations: destinations.map(({ CloudWatchLogsLogGroup }) => ({
      cloudWatchLogsLogGroup: { logGroupArn: CloudWatchLogsLogGroup?.LogGroupArn },
    })),
  };
}

function tracing(given: Properties | undefined): TracingConfiguration {
  return { enabled: (given && booleanProperty(given, 'Enabled')) ?? false };
}

function encryption(given: Properties | undefined): EncryptionConfiguration {
  if (!given) return { type: 'AWS_OWNED_KEY' };
  return {
    type: textProperty(given, 'Type') as EncryptionConfiguration['type'],
    kmsKeyId: textProperty(given, 'KmsKeyId'),
  };
}
