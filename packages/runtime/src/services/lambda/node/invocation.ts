import { RuntimeFault } from './faults.ts';
import type { Handler } from './handler.ts';

/** What the runtime says of an invocation. */
export interface Request {
  readonly requestId: string;
  readonly arn: string;
  /** Milliseconds that the function has. */
  readonly limit: number;
  readonly traceId: string;
  /** JSON text. */
  readonly clientContext?: string;
}

/** How an invocation ended, as far as the handler's own doing goes. */
export type Ending = { readonly result: unknown } | { readonly error: unknown };

/**
 * Runs a handler once, in whichever style it is written: a promise, a callback, or the context's old
 * `done`, `succeed` and `fail`.
 */
export function runHandler(handler: Handler, event: unknown, request: Request): Promise<Ending> {
  return new Promise((resolve) => {
    let onEmpty: Ending = { result: null };
    const finish = (ending: Ending) => {
      process.removeListener('beforeExit', whenEmpty);
      resolve(ending);
    };
    const whenEmpty = () => finish(onEmpty);
    process.on('beforeExit', whenEmpty);
    const settings = { callbackWaitsForEmptyEventLoop: true };
    const done = (error: unknown, result?: unknown) =>
      finish(error === null || error === undefined ? { result } : { error });
    const callback = (error: unknown, result?: unknown) => {
      // By default the answer goes out only when nothing is left to do.
      onEmpty = error === null || error === undefined ? { result } : { error };
      if (!settings.callbackWaitsForEmptyEventLoop) finish(onEmpty);
    };
    const context = Object.assign(settings, contextOf(request), {
      done,
      succeed: (result: unknown) => done(null, result),
      fail: (error: unknown) => done(error ?? 'handled'),
    });
    try {
      const returned = handler(event, context, callback);
      if (!isThenable(returned)) return;
      onEmpty = { error: new RuntimeFault('NodeJsExit', 'A Promise that was never settled') };
      returned.then(
        (result) => finish({ result }),
        (error: unknown) => finish({ error }),
      );
    } catch (error) {
      finish({ error });
    }
  });
}

// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
function contextOf({ requestId, arn, limit, clientContext }: Request) {
  const deadline = Date.now() + limit;
  const { env } = process;
  return {
    functionVersion: env['AWS_LAMBDA_FUNCTION_VERSION'],
    functionName: env['AWS_LAMBDA_FUNCTION_NAME'],
    memoryLimitInMB: env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    logGroupName: env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: env['AWS_LAMBDA_LOG_STREAM_NAME'],
    clientContext: clientContext === undefined ? undefined : (JSON.parse(clientContext) as unknown),
    identity: undefined,
    invokedFunctionArn: arn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
}
