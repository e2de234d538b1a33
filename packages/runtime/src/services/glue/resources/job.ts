import { isDeepStrictEqual } from 'node:util';
import type {
  CreateJobRequest,
  ExecutionClass,
  Glue,
  JobMode,
  JobUpdate,
  WorkerType,
} from '@aws-sdk/client-glue';
import {
  booleanProperty,
  listProperty,
  numberProperty,
  tagChanges,
  tagsProperty,
  textProperty,
} from '../../../dispatch/property-values.ts';
import type { DeployContext, Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { PYTHON_SHELL } from '../job-settings.ts';
import { jobArn } from '../names.ts';

const LONGEST_NAME = 255;

const PROPERTIES = [
  'AllocatedCapacity',
  'Command',
  'Connections',
  'DefaultArguments',
  'Description',
  'ExecutionClass',
  'ExecutionProperty',
  'GlueVersion',
  'JobMode',
  'JobRunQueuingEnabled',
  'LogUri',
  'MaintenanceWindow',
  'MaxCapacity',
  'MaxRetries',
  'Name',
  'NonOverridableArguments',
  'NotificationProperty',
  'NumberOfWorkers',
  'Role',
  'SecurityConfiguration',
  'Tags',
  'Timeout',
  'WorkerType',
] as const;

/** `AWS::Glue::Job` */
export const jobResource: ResourceProvider = {
  properties: PROPERTIES,
  replaceOn: ['Name'],

  check({ Command = {} }, { known }) {
    const command = known((Command as Properties)['Name']);
    if (command === undefined || command === PYTHON_SHELL) return [];
    const message = `the job is stored, but jobs with the command ${command} cannot be run by this version of Slipway`;
    return [{ property: 'Command/Name', kind: 'unusable', message }];
  },

  async create(properties, context) {
    const Name = textProperty(properties, 'Name') ?? context.name(LONGEST_NAME);
    const tags = tagsProperty(properties).map(({ Key, Value }) => [Key, Value]);
    await context.client<Glue>('glue').createJob({
      Name,
      ...jobSettings(properties),
      Tags: Object.fromEntries(tags),
    });
    return { physicalId: Name, attributes: {} };
  },

  async update(JobName, properties, previous, context) {
    const glue = context.client<Glue>('glue');
    const JobUpdate = jobSettings(properties);
    if (!isDeepStrictEqual(JobUpdate, jobSettings(previous))) await glue.updateJob({ JobName, JobUpdate });
    await changeTags(JobName, properties, previous, context);
    return { physicalId: JobName, attributes: {} };
  },

  async delete(JobName, _properties, context) {
    await context.client<Glue>('glue').deleteJob({ JobName });
  },
};

async function changeTags(
  jobName: string,
  properties: Properties,
  previous: Properties,
  context: DeployContext,
): Promise<void> {
  const glue = context.client<Glue>('glue');
  const ResourceArn = jobArn(context, jobName);
  const { set, remove } = tagChanges(tagsProperty(properties), tagsProperty(previous));
  if (remove.length > 0) await glue.untagResource({ ResourceArn, TagsToRemove: remove });
  if (set.length > 0) {
    const TagsToAdd = Object.fromEntries(set.map(({ Key, Value }) => [Key, Value]));
    await glue.tagResource({ ResourceArn, TagsToAdd });
  }
}

function jobSettings(properties: Properties): JobUpdate & Pick<CreateJobRequest, 'Role' | 'Command'> {
  const part = (name: string) => properties[name] as Properties | undefined;
  const command = part('Command') ?? {};
  const connections = part('Connections');
  const execution = part('ExecutionProperty');
  const notification = part('NotificationProperty');
  return {
    Role: textProperty(properties, 'Role') ?? '',
    Command: {
      Name: textProperty(command, 'Name'),
      ScriptLocation: textProperty(command, 'ScriptLocation'),
      PythonVersion: textProperty(command, 'PythonVersion'),
      Runtime: textProperty(command, 'Runtime'),
    },
    DefaultArguments: argumentsProperty(part('DefaultArguments')),
    NonOverridableArguments: argumentsProperty(part('NonOverridableArguments')),
    Description: textProperty(properties, 'Description'),
    LogUri: textProperty(properties, 'LogUri'),
    JobMode: textProperty(properties, 'JobMode') as JobMode | undefined,
    JobRunQueuingEnabled: booleanProperty(properties, 'JobRunQueuingEnabled'),
    Connections: connections && { Connections: listProperty<string>(connections, 'Connections') },
    ExecutionProperty: execution && {
      MaxConcurrentRuns: numberProperty(execution, 'MaxConcurrentRuns'),
    },
    NotificationProperty: notification && {
      NotifyDelayAfter: numberProperty(notification, 'NotifyDelayAfter'),
    },
    AllocatedCapacity: numberProperty(properties, 'AllocatedCapacity'),
    MaxCapacity: numberProperty(properties, 'MaxCapacity'),
    WorkerType: textProperty(properties, 'WorkerType') as WorkerType | undefined,
    NumberOfWorkers: numberProperty(properties, 'NumberOfWorkers'),
    MaxRetries: numberProperty(properties, 'MaxRetries'),
    Timeout: numberProperty(properties, 'Timeout'),
    GlueVersion: textProperty(properties, 'GlueVersion'),
    ExecutionClass: textProperty(properties, 'ExecutionClass') as ExecutionClass | undefined,
    SecurityConfiguration: textProperty(properties, 'SecurityConfiguration'),
    MaintenanceWindow: textProperty(properties, 'MaintenanceWindow'),
  };
}

/** Templates hold arguments in any notation of scalars. */
function argumentsProperty(given: Properties | undefined): Record<string, string> | undefined {
  return given && Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
}
