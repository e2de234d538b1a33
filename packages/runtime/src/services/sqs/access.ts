import type { NeedsOf, ServiceAccess } from '../../access/needs.ts';
import type { Scope } from '../../store/collection.ts';
import { type QueuesTable, queuePlace } from './queues/queues-table.ts';

// Permissions of a batch are those of its single call.
const BATCHES: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
};

const OF_QUEUES = [
  ...['CreateQueue', 'DeleteQueue', 'GetQueueUrl', 'GetQueueAttributes', 'SetQueueAttributes', 'PurgeQueue'],
  ...['AddPermission', 'RemovePermission', 'ListDeadLetterSourceQueues', 'ListQueueTags', 'TagQueue'],
  ...['UntagQueue', 'SendMessage', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'],
];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html */
export function sqsAccess(queues: QueuesTable): ServiceAccess {
  return {
    prefix: 'sqs',
    resources: ['{SourceArn}', '*'],
    operations: Object.fromEntries(
      [...OF_QUEUES, ...Object.keys(BATCHES)].map((operation) => [
        operation,
        onQueue(BATCHES[operation] ?? operation),
      ]),
    ),
    resourcePolicy(resource) {
      const queue = queues.findByArn(resource);
      return queue && { account: queue.arn.split(':')[4]!, document: queue.attributes['Policy'] };
    },
    needsPolicy: (_service, action) => action === 'sqs:SendMessage',
  };
}

interface Input {
  readonly QueueUrl?: string;
  readonly QueueName?: string;
  readonly QueueOwnerAWSAccountId?: string;
}

function onQueue(action: string): NeedsOf {
  return ({ QueueUrl, QueueName = '', QueueOwnerAWSAccountId }: Input, place: Scope) => {
    const { account, name } = (QueueUrl === undefined ? undefined : queuePlace(QueueUrl)) ?? {
      account: QueueOwnerAWSAccountId ?? place.account,
      name: QueueName,
    };
    return [{ action: `sqs:${action}`, resource: `arn:aws:sqs:${place.region}:${account}:${name}` }];
  };
}
