import type { SQS } from '@aws-sdk/client-sqs';
import type { Operations } from '../../../dispatch/service.ts';
import { invalidParameter, invalidValue } from '../errors.ts';
import type { SqsParts } from '../parts.ts';
import type { Queue } from './queues-table.ts';

const ACTIONS = new Set([
  '*',
  'SendMessage',
  'ReceiveMessage',
  'DeleteMessage',
  'ChangeMessageVisibility',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListDeadLetterSourceQueues',
  'PurgeQueue',
]);
const MOST_ACTIONS = 7;

interface Policy {
  readonly Version: string;
  readonly Id?: string;
  readonly Statement: readonly { readonly Sid?: string }[];
}

/** Statements of a queue's policy by their labels; kept for the access evaluation to come. */
export function permissionOperations({ queues }: SqsParts) {
  return {
    AddPermission: ({ QueueUrl, Label, AWSAccountIds, Actions }, context) =>
      context.transaction(() => {
        const queue = queues.byUrl(QueueUrl, context);
        if (!/^[A-Za-z0-9_-]{1,80}$/.test(Label)) {
          const reason =
            'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length';
          throw invalidValue('Label', Label, reason);
        }
        if (Actions.length > MOST_ACTIONS) {
          throw invalidParameter(`${Actions.length} Actions were found, maximum allowed is ${MOST_ACTIONS}.`);
        }
        const wrong = Actions.find((action) => !ACTIONS.has(action));
        if (wrong !== undefined) {
          const reason = `Only the owner account can perform the action ${wrong}, or there is none.`;
          throw invalidValue('ActionName', `SQS:${wrong}`, reason);
        }
        const foreign = AWSAccountIds.find((id) => !/^\d{12}$/.test(id));
        if (foreign !== undefined) {
          throw invalidValue('PrincipalId', foreign, 'Unable to verify.');
        }
        const policy = policyOf(queue);
        if (policy.Statement.some(({ Sid }) => Sid === Label)) {
          throw invalidValue('Label', Label, 'Already exists.');
        }
        const principals = AWSAccountIds.map((id) => `arn:aws:iam::${id}:root`);
        const actions = Actions.map((action) => `SQS:${action}`);
        const statement = {
          Sid: Label,
          Effect: 'Allow',
          Principal: { AWS: principals.length === 1 ? principals[0] : principals },
          Action: actions.length === 1 ? actions[0] : actions,
          Resource: queue.arn,
        };
        put(queue, { ...policy, Statement: [...policy.Statement, statement] });
        return {};
      }),

    RemovePermission: ({ QueueUrl, Label }, context) =>
      context.transaction(() => {
        const queue = queues.byUrl(QueueUrl, context);
        const policy = policyOf(queue);
        const Statement = policy.Statement.filter(({ Sid }) => Sid !== Label);
        if (Statement.length === policy.Statement.length) {
          throw invalidValue('Label', Label, "Can't find label on existing policy.");
        }
        put(queue, { ...policy, Statement });
        return {};
      }),
  } satisfies Operations<SQS>;

  function put(queue: Queue, policy: Policy): void {
    const { Policy: _, ...others } = queue.attributes;
    const attributes = policy.Statement.length === 0 ? others : { ...others, Policy: JSON.stringify(policy) };
    queues.put({ ...queue, attributes });
  }
}

function policyOf({ arn, attributes }: Queue): Policy {
  const text = attributes['Policy'];
  if (text === undefined) {
    return { Version: '2012-10-17', Id: `${arn}/SQSDefaultPolicy`, Statement: [] };
  }
  const policy = JSON.parse(text) as Policy;
  const { Statement } = policy;
  return { ...policy, Statement: Array.isArray(Statement) ? Statement : [Statement] };
}
