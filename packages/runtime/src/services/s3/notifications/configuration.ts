import type {
  Event,
  NotificationConfiguration,
  NotificationConfigurationFilter,
  S3,
} from '@aws-sdk/client-s3';
import type { Operations } from '../../../dispatch/service.ts';
import { malformedXml } from '../../../wire/xml.ts';
import { enumeration } from '../documents.ts';
import { fault, invalidArgument } from '../errors.ts';
import type { Stores } from '../stores.ts';
import { checkArn, checkReceiver, type Element } from './destination.ts';
import { announce } from './notify.ts';

const LARGEST_VALUE = 1024;
const EVENTS = enumeration('Event');

/** Operations on what a bucket tells about its objects, and whom. */
export function notificationOperations(stores: Stores) {
  const { buckets, host } = stores;
  return {
    async PutBucketNotificationConfiguration(input, context) {
      const bucket = buckets.require(input.Bucket, input.ExpectedBucketOwner);
      const given = input.NotificationConfiguration ?? {};
      const all = [
        ...(given.TopicConfigurations ?? []).map((topic) => receiver('Topic', topic.TopicArn, topic)),
        ...(given.QueueConfigurations ?? []).map((queue) => receiver('Queue', queue.QueueArn, queue)),
        ...(given.LambdaFunctionConfigurations ?? []).map((configuration) =>
          receiver('CloudFunction', configuration.LambdaFunctionArn, configuration),
        ),
      ];
      for (const { element, arn, Events } of all) {
        checkArn(element, arn, bucket);
        checkEvents(Events);
      }
      checkOverlaps(all);
      if (!input.SkipDestinationValidation) {
        for (const { element, arn } of all) await checkReceiver(host, bucket, element, arn);
      }
      const configured = <Name extends string>(element: Element, name: Name) =>
        all
          .filter((one) => one.element === element)
          .map(({ arn, Id, Events, Filter }) => ({
            Id: Id || host.ids.uuid(),
            ...({ [name]: arn } as Record<Name, string>),
            Events,
            Filter,
          }));
      const topics = configured('Topic', 'TopicArn');
      const queues = configured('Queue', 'QueueArn');
      const functions = configured('CloudFunction', 'LambdaFunctionArn');
      const { EventBridgeConfiguration } = given;
      return await context.transaction(() => {
        const notifications: NotificationConfiguration = {
          ...(topics.length > 0 && { TopicConfigurations: topics }),
          ...(queues.length > 0 && { QueueConfigurations: queues }),
          ...(functions.length > 0 && { LambdaFunctionConfigurations: functions }),
          ...(EventBridgeConfiguration && { EventBridgeConfiguration: {} }),
        };
        const some = Object.keys(notifications).length > 0;
        buckets.change(buckets.require(input.Bucket), { notifications: some ? notifications : undefined });
        if (!input.SkipDestinationValidation) announce(stores, bucket, notifications, context);
        return {};
      });
    },

    GetBucketNotificationConfiguration(input) {
      return buckets.require(input.Bucket, input.ExpectedBucketOwner).settings.notifications ?? {};
    },
  } satisfies Operations<S3>;
}

interface Configuration {
  readonly Events: readonly Event[];
  readonly Filter?: NotificationConfigurationFilter | undefined;
}

/** What the document says of a receiver; over the wire any element may be missing. @throws MalformedXML */
function receiver(
  element: Element,
  arn: string | undefined,
  { Id, Events = [], Filter }: Partial<Configuration> & { readonly Id?: string | undefined },
) {
  if (arn === undefined || Events.length === 0) throw malformedXml();
  return { element, arn, Id, Events: [...Events], Filter: checkFilter(Filter) };
}

/** A filter with its rules' names in S3's spelling. @throws InvalidArgument */
function checkFilter(filter: NotificationConfigurationFilter | undefined) {
  const rules = filter?.Key?.FilterRules;
  if (!rules || rules.length === 0) return undefined;
  const seen = new Set<string>();
  const FilterRules = rules.map(({ Name = '', Value = '' }) => {
    const name = Name.toLowerCase();
    if (name !== 'prefix' && name !== 'suffix') {
      throw invalidArgument('filter rule name must be either prefix or suffix', 'FilterRule.Name', Name);
    }
    if (seen.has(name)) {
      throw invalidArgument(
        `Cannot specify more than one ${name} rule in a filter.`,
        'FilterRule.Name',
        name,
      );
    }
    seen.add(name);
    if (Buffer.byteLength(Value) > LARGEST_VALUE) {
      throw invalidArgument(
        `Size of filter rule value cannot exceed ${LARGEST_VALUE} bytes in UTF-8 representation`,
        'FilterRule.Value',
        Value,
      );
    }
    return { Name: name === 'prefix' ? ('Prefix' as 'prefix') : ('Suffix' as 'suffix'), Value };
  });
  return { Key: { FilterRules } };
}

function checkEvents(events: readonly string[]): void {
  for (const event of events) {
    if (!EVENTS.has(event)) {
      throw invalidArgument('The event is not supported for notifications', 'Event', event);
    }
  }
}

/**
 * No event may be wanted twice: S3 refuses configurations that share an event type where a key could
 * fit the filters of both.
 */
function checkOverlaps(configurations: readonly Configuration[]): void {
  for (const [index, one] of configurations.entries()) {
    for (const other of configurations.slice(index + 1)) {
      if (!shareEvent(one, other) || !shareKey(one, other)) continue;
      throw fault(
        'InvalidArgument',
        {},
        one.Filter || other.Filter
          ? 'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.'
          : 'Configurations overlap. Configurations on the same bucket cannot share a common event type.',
      );
    }
  }
}

function shareEvent({ Events: one }: Configuration, { Events: other }: Configuration): boolean {
  const stem = (event: string) => event.replace(/\*$/, '');
  return one.some((a) => other.some((b) => stem(a).startsWith(stem(b)) || stem(b).startsWith(stem(a))));
}

function shareKey(one: Configuration, other: Configuration): boolean {
  const [prefix, suffix] = [ruleValue(one, 'prefix'), ruleValue(one, 'suffix')];
  const [otherPrefix, otherSuffix] = [ruleValue(other, 'prefix'), ruleValue(other, 'suffix')];
  return (
    (prefix.startsWith(otherPrefix) || otherPrefix.startsWith(prefix)) &&
    (suffix.endsWith(otherSuffix) || otherSuffix.endsWith(suffix))
  );
}

function ruleValue({ Filter }: Configuration, name: string): string {
  return Filter?.Key?.FilterRules?.find((rule) => rule.Name?.toLowerCase() === name)?.Value ?? '';
}
