import type { CloudWatchLogs, MetricTransformation, StandardUnit } from '@aws-sdk/client-cloudwatch-logs';
import { listProperty, numberProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { unlessGone } from './unless-gone.ts';

/** `AWS::Logs::MetricFilter` */
export const metricFilterResource: ResourceProvider = {
  properties: ['FilterName', 'FilterPattern', 'LogGroupName', 'MetricTransformations'],
  inert: ['ApplyOnTransformedLogs'],
  replaceOn: ['FilterName', 'LogGroupName'],

  async create(properties, context) {
    const filterName = textProperty(properties, 'FilterName') ?? context.name(512);
    await context.client<CloudWatchLogs>('logs').putMetricFilter(metricFilter(filterName, properties));
    return { physicalId: filterName, attributes: {} };
  },

  async update(filterName, properties, _previous, context) {
    await context.client<CloudWatchLogs>('logs').putMetricFilter(metricFilter(filterName, properties));
    return { physicalId: filterName, attributes: {} };
  },

  async delete(filterName, properties, context) {
    const logGroupName = textProperty(properties, 'LogGroupName');
    await unlessGone(context.client<CloudWatchLogs>('logs').deleteMetricFilter({ logGroupName, filterName }));
  },
};

/** `AWS::Logs::SubscriptionFilter` */
export const subscriptionFilterResource: ResourceProvider = {
  properties: ['DestinationArn', 'Distribution', 'FilterName', 'FilterPattern', 'LogGroupName', 'RoleArn'],
  inert: ['ApplyOnTransformedLogs'],
  replaceOn: ['FilterName', 'LogGroupName'],

  async create(properties, context) {
    const filterName = textProperty(properties, 'FilterName') ?? context.name(512);
    const filter = subscriptionFilter(filterName, properties);
    await context.client<CloudWatchLogs>('logs').putSubscriptionFilter(filter);
    return { physicalId: filterName, attributes: {} };
  },

  async update(filterName, properties, _previous, context) {
    const filter = subscriptionFilter(filterName, properties);
    await context.client<CloudWatchLogs>('logs').putSubscriptionFilter(filter);
    return { physicalId: filterName, attributes: {} };
  },

  async delete(filterName, properties, context) {
    const logs = context.client<CloudWatchLogs>('logs');
    const logGroupName = textProperty(properties, 'LogGroupName');
    await unlessGone(logs.deleteSubscriptionFilter({ logGroupName, filterName }));
  },
};

function metricFilter(filterName: string, properties: Properties) {
  return {
    filterName,
    logGroupName: textProperty(properties, 'LogGroupName'),
    filterPattern: textProperty(properties, 'FilterPattern'),
    metricTransformations: listProperty<Properties>(properties, 'MetricTransformations').map(
      (made): MetricTransformation => ({
        metricName: textProperty(made, 'MetricName'),
        metricNamespace: textProperty(made, 'MetricNamespace'),
        metricValue: textProperty(made, 'MetricValue'),
        defaultValue: numberProperty(made, 'DefaultValue'),
        unit: textProperty(made, 'Unit') as StandardUnit | undefined,
        dimensions: dimensionsOf(made),
      }),
    ),
  };
}

/** The template has a list of keys and values, the API a map. */
function dimensionsOf(made: Properties): Record<string, string> | undefined {
  const dimensions = listProperty<Properties>(made, 'Dimensions');
  if (dimensions.length === 0) return undefined;
  return Object.fromEntries(dimensions.map(({ Key, Value }) => [String(Key), String(Value)]));
}

function subscriptionFilter(filterName: string, properties: Properties) {
  return {
    filterName,
    logGroupName: textProperty(properties, 'LogGroupName'),
    filterPattern: textProperty(properties, 'FilterPattern') ?? '',
    destinationArn: textProperty(properties, 'DestinationArn'),
    roleArn: textProperty(properties, 'RoleArn'),
    distribution: textProperty(properties, 'Distribution') as 'ByLogStream' | undefined,
  };
}
