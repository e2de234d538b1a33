import type { EventSourceMappingConfiguration, FunctionResponseType, Lambda } from '@aws-sdk/client-lambda';
import type { SQS } from '@aws-sdk/client-sqs';
import { servicePrincipal } from '../../../access/caller.ts';
import type { CallContext } from '../../../dispatch/context.ts';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { conflict, invalidParameter, notFound, notSupported } from '../errors.ts';
import { arnOf, functionArn, referenceOf } from '../names.ts';
import { pageOf } from '../paging.ts';
import type { LambdaParts } from '../parts.ts';
import type { Mapping, MappingStore } from './mapping-store.ts';
import type { Pollers } from './pollers.ts';

const DEFAULT_BATCH = 10;
const LARGEST_FIFO_BATCH = 10;
const QUEUE_ARN = /^arn:aws[a-z-]*:sqs:([a-z0-9-]+):(\d{12}):([A-Za-z0-9_-]+(?:\.fifo)?)$/;

/** Members that only streams, topics of Kafka and brokers have, or that are missing here. */
const REFUSED = [
  'AmazonManagedKafkaEventSourceConfig',
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'DocumentDBEventSourceConfig',
  'FilterCriteria',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
  'ProvisionedPollerConfig',
  'Queues',
  'SelfManagedEventSource',
  'SelfManagedKafkaEventSourceConfig',
  'SourceAccessConfigurations',
  'StartingPosition',
  'Tags',
  'Topics',
  'TumblingWindowInSeconds',
];

interface Given {
  readonly BatchSize?: number | undefined;
  readonly Enabled?: boolean | undefined;
  readonly MaximumBatchingWindowInSeconds?: number | undefined;
  readonly ScalingConfig?: { MaximumConcurrency?: number | undefined } | undefined;
  readonly FunctionResponseTypes?: readonly FunctionResponseType[] | undefined;
}

/** Queues whose messages functions get. */
export function mappingOperations(
  { host, functions }: LambdaParts,
  mappings: MappingStore,
  pollers: Pollers,
) {
  const required = (context: CallContext, uuid: string): Mapping => {
    const mapping = mappings.get(context, uuid);
    if (!mapping) throw notFound('The resource you requested does not exist.');
    return mapping;
  };
  const functionIn = (context: CallContext, name: string) => {
    const reference = referenceOf(context, name);
    return { arn: arnOf(reference), timeout: functions.resolve(reference).Settings.Timeout };
  };

  return {
    async CreateEventSourceMapping(input, context) {
      const { EventSourceArn: queueArn } = input;
      if (queueArn === undefined || !QUEUE_ARN.test(queueArn)) {
        throw queueArn?.startsWith('arn:') === true
          ? notSupported(`Event sources other than queues (${queueArn}) are`)
          : invalidParameter('Unrecognized event source.');
      }
      refuse(input);
      const { arn, timeout } = functionIn(context, input.FunctionName);
      await checkQueue(queueArn, timeout);
      const mapping = merged(
        {
          uuid: host.ids.uuid(),
          queueArn,
          functionArn: arn,
          enabled: true,
          batchSize: DEFAULT_BATCH,
          window: 0,
          responseTypes: [],
          modified: context.now,
        },
        input,
      );
      return await context.transaction(() => {
        const same = mappings
          .list(context)
          .find((other) => other.queueArn === queueArn && other.functionArn === arn);
        if (same) {
          throw conflict(
            `An event source mapping with SQS arn (" ${queueArn} ") and function (" ${functionNameOf(arn)} ") already exists. Please update or delete the existing mapping with UUID ${same.uuid}`,
          );
        }
        mappings.put(context, mapping);
        host.database.afterCommit(() => pollers.changed(mapping));
        return described(mapping, context);
      });
    },

    GetEventSourceMapping: ({ UUID }, context) => described(required(context, UUID), context),

    ListEventSourceMappings(input, context) {
      const { EventSourceArn, FunctionName } = input;
      const arn = FunctionName === undefined ? undefined : arnOf(referenceOf(context, FunctionName));
      const found = mappings
        .list(context)
        .filter((mapping) => EventSourceArn === undefined || mapping.queueArn === EventSourceArn)
        .filter((mapping) => arn === undefined || mapping.functionArn === arn);
      const { page, NextMarker } = pageOf(found, input, ['mappings', EventSourceArn, FunctionName]);
      return { EventSourceMappings: page.map((mapping) => described(mapping, context)), NextMarker };
    },

    async UpdateEventSourceMapping(input, context) {
      const before = required(context, input.UUID);
      refuse(input);
      const { arn, timeout } = functionIn(context, input.FunctionName ?? before.functionArn);
      await checkQueue(before.queueArn, timeout);
      return await context.transaction(() => {
        const base = { ...required(context, input.UUID), functionArn: arn, modified: context.now };
        const mapping = merged(base, input);
        mappings.put(context, mapping);
        host.database.afterCommit(() => pollers.changed(mapping));
        return described(mapping, context);
      });
    },

    DeleteEventSourceMapping: ({ UUID }, context) =>
      context.transaction(() => {
        const mapping = required(context, UUID);
        mappings.delete(context, UUID);
        host.database.afterCommit(() => pollers.gone(mapping));
        return { ...described(mapping, context), State: 'Deleting' };
      }),
  } satisfies Operations<Lambda>;

  /** @throws InvalidParameterValueException where there is no queue, or its messages would come back too soon */
  async function checkQueue(arn: string, timeout: number): Promise<void> {
    const [, region = '', account = '', QueueName = ''] = QUEUE_ARN.exec(arn) ?? [];
    const caller = servicePrincipal('lambda.amazonaws.com', account);
    const sqs = host.client<SQS>('sqs', { caller, region });
    let visibility: number;
    try {
      const { QueueUrl } = await sqs.getQueueUrl({ QueueName, QueueOwnerAWSAccountId: account });
      const AttributeNames = ['VisibilityTimeout' as const];
      const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames });
      visibility = Number(Attributes?.['VisibilityTimeout']);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw invalidParameter(
        `Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: ${error.message}`,
      );
    }
    if (visibility < timeout) {
      throw invalidParameter(
        `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`,
      );
    }
  }
}

function refuse(input: object): void {
  for (const name of REFUSED) {
    const value = (input as Record<string, unknown>)[name];
    if (value === undefined || (typeof value === 'object' && Object.keys(value ?? {}).length === 0)) continue;
    throw notSupported(`${name} of event source mappings from queues is`);
  }
}

/** @throws InvalidParameterValueException */
function merged(base: Mapping, given: Given): Mapping {
  const mapping: Mapping = {
    ...base,
    enabled: given.Enabled ?? base.enabled,
    batchSize: given.BatchSize ?? base.batchSize,
    window: given.MaximumBatchingWindowInSeconds ?? base.window,
    concurrency: given.ScalingConfig ? given.ScalingConfig.MaximumConcurrency : base.concurrency,
    responseTypes: given.FunctionResponseTypes ?? base.responseTypes,
  };
  if (mapping.batchSize > LARGEST_FIFO_BATCH && mapping.queueArn.endsWith('.fifo')) {
    throw invalidParameter(`Batch size must be less than or equal to ${LARGEST_FIFO_BATCH} for FIFO queues.`);
  }
  if (mapping.batchSize > DEFAULT_BATCH && mapping.window === 0) {
    throw invalidParameter(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  }
  return mapping;
}

function described(mapping: Mapping, { account, region }: CallContext): EventSourceMappingConfiguration {
  const { uuid, concurrency } = mapping;
  return {
    UUID: uuid,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.window,
    EventSourceArn: mapping.queueArn,
    FunctionArn: mapping.functionArn,
    LastModified: mapping.modified,
    State: mapping.enabled ? 'Enabled' : 'Disabled',
    StateTransitionReason: 'USER_INITIATED',
    FunctionResponseTypes: [...mapping.responseTypes],
    ...(concurrency !== undefined && { ScalingConfig: { MaximumConcurrency: concurrency } }),
    EventSourceMappingArn: functionArn({ account, region }, uuid).replace(
      ':function:',
      ':event-source-mapping:',
    ),
  };
}

function functionNameOf(arn: string): string {
  return arn.split(':').slice(6).join(':');
}
