import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import { booleanProperty, listProperty } from '../../../dispatch/property-values.ts';
import type { Properties } from '../../../dispatch/resource-provider.ts';
import { fromTemplate } from './template-shapes.ts';

/** `NotificationConfiguration` of a bucket in a template, as S3 takes it. */
export function notificationsOf(property: Properties): NotificationConfiguration {
  const { EventBridgeConfiguration, LambdaConfigurations, QueueConfigurations, TopicConfigurations } =
    property;
  const receivers = (configurations: unknown, name: string, arn: string) =>
    listProperty<Properties>({ configurations }, 'configurations').map((configuration) =>
      receiverOf(configuration, name, arn),
    );
  // The presence of the element says yes.
  const bridge =
    EventBridgeConfiguration !== undefined &&
    booleanProperty(EventBridgeConfiguration as Properties, 'EventBridgeEnabled') !== false;
  return fromTemplate('NotificationConfiguration', {
    EventBridgeConfiguration: bridge ? {} : undefined,
    LambdaFunctionConfigurations: receivers(LambdaConfigurations, 'Function', 'LambdaFunctionArn'),
    QueueConfigurations: receivers(QueueConfigurations, 'Queue', 'QueueArn'),
    TopicConfigurations: receivers(TopicConfigurations, 'Topic', 'TopicArn'),
  });
}

function receiverOf(configuration: Properties, name: string, arn: string): Properties {
  const { Event, Filter, [name]: receiver, ...others } = configuration;
  const { Rules } = ((Filter as Properties | undefined)?.['S3Key'] ?? {}) as Properties;
  return {
    ...others,
    [arn]: receiver,
    Events: [Event],
    Filter: Rules === undefined ? undefined : { Key: { FilterRules: Rules } },
  };
}
