import type { Lambda } from '@aws-sdk/client-lambda';
import type { SNS } from '@aws-sdk/client-sns';
import type { SQS } from '@aws-sdk/client-sqs';
import { servicePrincipal } from '../../../access/caller.ts';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Host } from '../../../dispatch/host.ts';
import type { Bucket } from '../bucket-store.ts';
import { fault, invalidArgument } from '../errors.ts';

// Region and account of each kind of receiver, under the element of the document that names it.
const ARNS = {
  CloudFunction: /^arn:aws[a-z-]*:lambda:([a-z0-9-]+):(\d{12}):function:[A-Za-z0-9-_]+(?::[A-Za-z0-9-_$]+)?$/,
  Queue: /^arn:aws[a-z-]*:sqs:([a-z0-9-]+):(\d{12}):[A-Za-z0-9-_.]+$/,
  Topic: /^arn:aws[a-z-]*:sns:([a-z0-9-]+):(\d{12}):[A-Za-z0-9-_.]+$/,
} as const;

const PRINCIPAL = 's3.amazonaws.com';

export type Element = keyof typeof ARNS;

interface Statement {
  Effect?: string;
  Action?: string | string[];
  Principal?: string | Record<string, string | string[]>;
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** Checks the form of a receiver's ARN and that it is in the bucket's region. @throws InvalidArgument */
export function checkArn(element: Element, arn: string, bucket: Bucket): void {
  const [, region] = ARNS[element].exec(arn) ?? [];
  if (region === undefined) {
    const message = arn.startsWith('arn:') ? 'The ARN is not well formed' : 'The ARN could not be parsed';
    throw invalidArgument(message, element, arn);
  }
  if (region !== bucket.region) {
    throw invalidArgument(
      'The notification destination service region is not valid for the bucket location constraint',
      arn,
      'null',
    );
  }
}

const ACTIONS: Readonly<Record<Element, string>> = {
  CloudFunction: 'lambda:InvokeFunction',
  Queue: 'sqs:SendMessage',
  Topic: 'sns:Publish',
};

/** Checks that a receiver is there and that its policy lets S3 use it. @throws InvalidArgument */
export async function checkReceiver(
  host: Host,
  bucket: Bucket,
  element: Element,
  arn: string,
): Promise<void> {
  const policy = await policyOf(host, bucket, element, arn);
  const { Statement = [] } = JSON.parse(policy ?? '{}') as { Statement?: Statement | Statement[] };
  if ([Statement].flat().some((statement) => allows(statement, ACTIONS[element], bucket))) return;
  throw fault(
    'InvalidArgument',
    {
      ArgumentName1: `${arn}, null`,
      ArgumentValue1:
        element === 'CloudFunction'
          ? `Not authorized to invoke function [${arn}]`
          : `Permissions on the destination ${element.toLowerCase()} do not allow S3 to publish notifications from this bucket`,
    },
    'Unable to validate the following destination configurations',
  );
}

/** @returns undefined when the receiver has none, or is not there */
async function policyOf(
  host: Host,
  { region }: Bucket,
  element: Element,
  arn: string,
): Promise<string | undefined> {
  const [, , , , account = '', name = ''] = arn.split(':');
  const options = { caller: servicePrincipal(PRINCIPAL, account), region };
  try {
    if (element === 'CloudFunction') {
      const { Policy } = await host.client<Lambda>('lambda', options).getPolicy({ FunctionName: arn });
      return Policy;
    }
    if (element === 'Topic') {
      const topics = host.client<SNS>('sns', options);
      return (await topics.getTopicAttributes({ TopicArn: arn })).Attributes?.['Policy'];
    }
    const queues = host.client<SQS>('sqs', options);
    const { QueueUrl } = await queues.getQueueUrl({ QueueName: name, QueueOwnerAWSAccountId: account });
    const { Attributes } = await queues.getQueueAttributes({ QueueUrl, AttributeNames: ['Policy'] });
    return Attributes?.['Policy'];
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

function allows(
  { Effect, Action, Principal, Condition = {} }: Statement,
  wanted: string,
  bucket: Bucket,
): boolean {
  const services = typeof Principal === 'object' ? listOf(Principal['Service']) : listOf(Principal);
  if (Effect !== 'Allow' || !services.some((name) => name === 's3.amazonaws.com' || name === '*'))
    return false;
  if (!listOf(Action).some((action) => matches(action, wanted))) return false;
  const about: Record<string, string> = {
    'aws:sourcearn': `arn:aws:s3:::${bucket.name}`,
    'aws:sourceaccount': bucket.account,
  };
  return Object.values(Condition).every((condition) =>
    Object.entries(condition).every(([key, values]) => {
      const value = about[key.toLowerCase()];
      return value !== undefined && listOf(values).some((pattern) => matches(pattern, value));
    }),
  );
}

function matches(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(value);
}

function listOf(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
