import { accountRoot, roleSession } from '../../access/caller.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import { roleIdentity } from '../../dispatch/role-identity.ts';
import type { AsyncResult } from './destinations.ts';
import { sendMessage } from './messages.ts';
import { type FunctionReference, functionArn } from './names.ts';
import { lambdaItself } from './roles.ts';

const LONGEST_MESSAGE = 1024;

/** An event that its function could not take, on its way to the function's dead-letter queue. */
export interface DeadLetter {
  /** ARN of a queue or topic. */
  readonly target: string;
  readonly reference: FunctionReference;
  /** The function's role, on whose behalf the letter is sent. */
  readonly role: string;
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly result: AsyncResult;
}

/**
 * Sends an event as it came, with what went wrong beside it.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 *
 * @param token - makes it repeatable
 */
export async function sendDeadLetter(host: Host, letter: DeadLetter, token: string): Promise<void> {
  const { target, role, requestId, payload, result } = letter;
  const { scope, name } = letter.reference;
  const on = { caller: accountRoot(scope.account), region: scope.region, warn: () => {} };
  const caller = roleSession(await roleIdentity(host, role, on, lambdaItself(scope, name)), name);
  const options = { caller, region: scope.region, token };
  const attributes = {
    RequestID: { DataType: 'String', StringValue: requestId },
    ErrorCode: { DataType: 'Number', StringValue: result.payload ? '200' : '429' },
    ErrorMessage: { DataType: 'String', StringValue: errorMessage(result) },
  };
  try {
    await sendMessage(host, target, Buffer.from(payload).toString('utf8'), options, attributes);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    // As on AWS, where only a metric tells of it, the event is lost then.
    const message = `An event of ${functionArn(scope, name)} could not be sent to ${target}: ${error.message}`;
    host.progress.emit({ type: 'warning', service: 'lambda', message });
  }
}

function errorMessage({ payload, condition }: AsyncResult): string {
  const text = payload ? Buffer.from(payload).toString('utf8') : '';
  const { errorMessage: said = condition } = (text === '' ? {} : (JSON.parse(text) ?? {})) as {
    errorMessage?: string;
  };
  return said.slice(0, LONGEST_MESSAGE) || condition;
}
