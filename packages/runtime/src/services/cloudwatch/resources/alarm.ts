import type { CloudWatch, MetricDataQuery, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import {
  booleanProperty,
  listProperty,
  numberProperty,
  tagChanges,
  tagsProperty,
  textProperty,
} from '../../../dispatch/property-values.ts';
import type { DeployContext, Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';

const COMMON = [
  'ActionsEnabled',
  'AlarmActions',
  'AlarmDescription',
  'AlarmName',
  'InsufficientDataActions',
  'OKActions',
  'Tags',
];

/** `AWS::CloudWatch::Alarm` */
export const alarmResource: ResourceProvider = {
  properties: [
    ...COMMON,
    'ComparisonOperator',
    'DatapointsToAlarm',
    'Dimensions',
    'EvaluateLowSampleCountPercentile',
    'EvaluationPeriods',
    'ExtendedStatistic',
    'MetricName',
    'Metrics',
    'Namespace',
    'Period',
    'Statistic',
    'Threshold',
    'TreatMissingData',
    'Unit',
  ],
  replaceOn: ['AlarmName'],

  async create(properties, context) {
    const name = textProperty(properties, 'AlarmName') ?? context.name(255);
    await context.client<CloudWatch>('cloudwatch').putMetricAlarm(alarmOf(name, properties));
    return provided(name, context);
  },

  async update(name, properties, previous, context) {
    await context.client<CloudWatch>('cloudwatch').putMetricAlarm(alarmOf(name, properties));
    await changeTags(name, properties, previous, context);
    return provided(name, context);
  },

  delete: (name, _properties, context) => deleteAlarm(name, context),
};

/** `AWS::CloudWatch::CompositeAlarm` */
export const compositeAlarmResource: ResourceProvider = {
  properties: [...COMMON, 'AlarmRule'],
  replaceOn: ['AlarmName'],

  async create(properties, context) {
    const name = textProperty(properties, 'AlarmName') ?? context.name(255);
    await context.client<CloudWatch>('cloudwatch').putCompositeAlarm(compositeOf(name, properties));
    return provided(name, context);
  },

  async update(name, properties, previous, context) {
    await context.client<CloudWatch>('cloudwatch').putCompositeAlarm(compositeOf(name, properties));
    await changeTags(name, properties, previous, context);
    return provided(name, context);
  },

  delete: (name, _properties, context) => deleteAlarm(name, context),
};

function alarmOf(name: string, properties: Properties): PutMetricAlarmInput {
  const metrics = listProperty<Properties>(properties, 'Metrics');
  const text = (property: string) => textProperty(properties, property);
  return {
    ...commonOf(name, properties),
    ComparisonOperator: text('ComparisonOperator') as PutMetricAlarmInput['ComparisonOperator'],
    DatapointsToAlarm: numberProperty(properties, 'DatapointsToAlarm'),
    Dimensions: metrics.length > 0 ? undefined : dimensionsOf(properties),
    EvaluateLowSampleCountPercentile: text('EvaluateLowSampleCountPercentile'),
    EvaluationPeriods: numberProperty(properties, 'EvaluationPeriods'),
    ExtendedStatistic: text('ExtendedStatistic'),
    MetricName: text('MetricName'),
    Metrics: metrics.length > 0 ? metrics.map(queryOf) : undefined,
    Namespace: text('Namespace'),
    Period: numberProperty(properties, 'Period'),
    Statistic: text('Statistic') as PutMetricAlarmInput['Statistic'],
    Threshold: numberProperty(properties, 'Threshold'),
    TreatMissingData: text('TreatMissingData'),
    Unit: text('Unit') as PutMetricAlarmInput['Unit'],
  };
}

function compositeOf(name: string, properties: Properties) {
  return { ...commonOf(name, properties), AlarmRule: textProperty(properties, 'AlarmRule') };
}

function commonOf(AlarmName: string, properties: Properties) {
  const Tags = tagsProperty(properties);
  return {
    AlarmName,
    AlarmDescription: textProperty(properties, 'AlarmDescription'),
    ActionsEnabled: booleanProperty(properties, 'ActionsEnabled'),
    AlarmActions: listProperty<string>(properties, 'AlarmActions'),
    InsufficientDataActions: listProperty<string>(properties, 'InsufficientDataActions'),
    OKActions: listProperty<string>(properties, 'OKActions'),
    Tags: Tags.length > 0 ? Tags : undefined,
  };
}

function queryOf(properties: Properties): MetricDataQuery {
  const stat = properties['MetricStat'] as Properties | undefined;
  const metric = stat?.['Metric'] as Properties | undefined;
  return {
    Id: textProperty(properties, 'Id'),
    Expression: textProperty(properties, 'Expression'),
    Label: textProperty(properties, 'Label'),
    Period: numberProperty(properties, 'Period'),
    ReturnData: booleanProperty(properties, 'ReturnData'),
    AccountId: textProperty(properties, 'AccountId'),
    ...(stat &&
      metric && {
        MetricStat: {
          Metric: {
            Namespace: textProperty(metric, 'Namespace'),
            MetricName: textProperty(metric, 'MetricName'),
            Dimensions: dimensionsOf(metric),
          },
          Period: numberProperty(stat, 'Period'),
          Stat: textProperty(stat, 'Stat'),
          Unit: textProperty(stat, 'Unit') as PutMetricAlarmInput['Unit'],
        },
      }),
  };
}

function dimensionsOf(properties: Properties) {
  return listProperty<Properties>(properties, 'Dimensions').map((dimension) => ({
    Name: textProperty(dimension, 'Name'),
    Value: textProperty(dimension, 'Value'),
  }));
}

async function changeTags(
  name: string,
  properties: Properties,
  previous: Properties,
  context: DeployContext,
) {
  const cloudwatch = context.client<CloudWatch>('cloudwatch');
  const ResourceARN = alarmArn(name, context);
  const { set, remove } = tagChanges(tagsProperty(properties), tagsProperty(previous));
  if (set.length > 0) await cloudwatch.tagResource({ ResourceARN, Tags: set });
  if (remove.length > 0) await cloudwatch.untagResource({ ResourceARN, TagKeys: remove });
}

async function deleteAlarm(name: string, context: DeployContext): Promise<void> {
  await context.client<CloudWatch>('cloudwatch').deleteAlarms({ AlarmNames: [name] });
}

function provided(name: string, context: DeployContext) {
  return { physicalId: name, attributes: { Arn: alarmArn(name, context) } };
}

function alarmArn(name: string, { account, region }: DeployContext): string {
  return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
}
