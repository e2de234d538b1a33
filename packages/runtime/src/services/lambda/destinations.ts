import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { Lambda } from '@aws-sdk/client-lambda';
import type { S3 } from '@aws-sdk/client-s3';
import { accountRoot, roleSession } from '../../access/caller.ts';
import type { Host } from '../../dispatch/host.ts';
import { roleIdentity } from '../../dispatch/role-identity.ts';
import { serviceOf } from './destination-targets.ts';
import { sendMessage } from './messages.ts';
import { arnOf, type FunctionReference, LATEST } from './names.ts';
import { lambdaItself } from './roles.ts';

/** What became of an asynchronous invocation in the end. */
export interface AsyncResult {
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
  /** Absent when the function never ran. */
  readonly payload?: Uint8Array;
  readonly failed?: boolean;
  readonly executedVersion?: string;
}

export interface Delivery {
  /** ARN of a function, an event bus, a bucket, a queue or a topic. */
  readonly destination: string;
  readonly reference: FunctionReference;
  /** The function's role, on whose behalf the destination is called. */
  readonly role: string;
  readonly requestId: string;
  readonly payload: Uint8Array;
  /** How often the function ran. */
  readonly invocations: number;
  readonly result: AsyncResult;
}

/**
 * Sends the record of an asynchronous invocation to its destination.
 *
 * @param token - makes the delivery repeatable
 */
export async function deliver(host: Host, delivery: Delivery, token: string): Promise<void> {
  const { destination, reference } = delivery;
  const { scope, name } = reference;
  const on = { caller: accountRoot(scope.account), region: scope.region, warn: () => {} };
  const caller = roleSession(await roleIdentity(host, delivery.role, on, lambdaItself(scope, name)), name);
  const options = { caller, region: scope.region, token };
  const record = recordOf(delivery, new Date(host.clock.now()));
  switch (serviceOf(destination)) {
    case 'lambda':
      await host.client<Lambda>('lambda', options).invoke({
        FunctionName: destination,
        InvocationType: 'Event',
        Payload: Buffer.from(JSON.stringify(record)),
      });
      return;
    case 'events':
      await host.client<EventBridge>('events', options).putEvents({
        Entries: [
          {
            EventBusName: destination,
            Source: 'lambda',
            DetailType: `Lambda Function Invocation Result - ${delivery.result.condition === 'Success' ? 'Success' : 'Failure'}`,
            Resources: [destination, arnOf({ ...reference, qualifier: reference.qualifier ?? LATEST })],
            Detail: JSON.stringify(record),
          },
        ],
      });
      return;
    case 's3':
      await host.client<S3>('s3', options).putObject({
        Bucket: destination.slice(destination.lastIndexOf(':') + 1),
        Key: objectKey(delivery, record.timestamp),
        Body: JSON.stringify(record),
      });
      return;
    case 'sqs':
    case 'sns':
      await sendMessage(host, destination, JSON.stringify(record), options);
      return;
    default:
      throw new Error(`A destination of an unknown kind: ${destination}`);
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function recordOf({ reference, requestId, payload, invocations, result }: Delivery, now: Date) {
  const arn = arnOf({ ...reference, qualifier: reference.qualifier ?? LATEST });
  return {
    version: '1.0',
    timestamp: now.toISOString(),
    requestContext: {
      requestId,
      functionArn: arn,
      condition: result.condition,
      approximateInvokeCount: invocations,
    },
    requestPayload: json(payload),
    ...(result.payload && {
      responseContext: {
        statusCode: 200,
        executedVersion: result.executedVersion,
        ...(result.failed && { functionError: 'Unhandled' }),
      },
      responsePayload: json(result.payload),
    }),
  };
}

/** `aws/lambda/async/<function>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<request id>` */
function objectKey({ reference, requestId }: Delivery, timestamp: string): string {
  const day = timestamp.slice(0, 10);
  const second = timestamp.slice(0, 19).replaceAll(':', '.');
  return `aws/lambda/async/${reference.name}/${day.replaceAll('-', '/')}/${second}-${requestId}`;
}

function json(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
}
