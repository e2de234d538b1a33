import type { Lambda } from '@aws-sdk/client-lambda';
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

/** Checks that a function is there and that its policy lets S3 invoke it. @throws InvalidArgument */
export async function checkFunction(host: Host, bucket: Bucket, functionArn: string): Promise<void> {
  if (await mayInvoke(host, bucket, functionArn)) return;
  throw fault(
    'InvalidArgument',
    {
      ArgumentName1: `${functionArn}, null`,
      ArgumentValue1: `Not authorized to invoke function [${functionArn}]`,
    },
    'Unable to validate the following destination configurations',
  );
}

async function mayInvoke(host: Host, bucket: Bucket, functionArn: string): Promise<boolean> {
  const account = functionArn.split(':')[4]!;
  const caller = servicePrincipal('s3.amazonaws.com', account);
  const lambda = host.client<Lambda>('lambda', { caller, region: bucket.region });
  try {
    const { Policy } = await lambda.getPolicy({ FunctionName: functionArn });
    const { Statement = [] } = JSON.parse(Policy ?? '{}') as { Statement?: Statement[] };
    return Statement.some((statement) => allows(statement, bucket));
  } catch (error) {
    if (error instanceof ServiceError) return false;
    throw error;
  }
}

function allows({ Effect, Action, Principal, Condition = {} }: Statement, bucket: Bucket): boolean {
  const services = typeof Principal === 'object' ? listOf(Principal['Service']) : listOf(Principal);
  if (Effect !== 'Allow' || !services.some((name) => name === 's3.amazonaws.com' || name === '*'))
    return false;
  if (!listOf(Action).some((action) => matches(action, 'lambda:InvokeFunction'))) return false;
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
