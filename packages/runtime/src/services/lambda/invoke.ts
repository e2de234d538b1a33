import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Lambda } from '@aws-sdk/client-lambda';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Activation } from './activation.ts';
import type { AsyncInvocations } from './async-invocations.ts';
import { notSupported } from './errors.ts';
import type { FunctionStore, VersionRecord } from './function-store.ts';
import type { Invocations } from './invocations.ts';
import { arnOf, type FunctionReference, isVersion, referenceOf } from './names.ts';
import type { LambdaParts } from './parts.ts';
import { eventOf } from './payloads.ts';

/** Invoking functions: and waiting for the answer, or leaving the event with Lambda. */
export function invokeOperations(
  { host, functions, activation }: LambdaParts,
  invocations: Invocations,
  asyncInvocations: AsyncInvocations,
) {
  return {
    async Invoke(input, context) {
      if (input.TenantId !== undefined) throw notSupported('Tenants (TenantId) are');
      if (input.DurableExecutionName !== undefined) throw notSupported('Durable executions are');
      const reference = referenceOf(context, input.FunctionName, input.Qualifier);
      functions.resolve(reference);
      const type = input.InvocationType ?? 'RequestResponse';
      if (type === 'Event') {
        await asyncInvocations.accept(reference, payloadOf(input.Payload), context);
        return { StatusCode: 202, Payload: new Uint8Array() };
      }
      const payload = eventOf(payloadOf(input.Payload), 'RequestResponse');
      const version = await routed(reference, functions, activation, host.ids.random(), context.signal);
      if (type === 'DryRun') return { StatusCode: 204, ExecutedVersion: version.Version };
      const { failed, tail, ...result } = await invocations.run({
        scope: reference.scope,
        version,
        invokedArn: arnOf(reference),
        requestId: context.requestId,
        payload,
        clientContext: clientContextOf(input.ClientContext),
      });
      return await kept(context, {
        StatusCode: 200,
        ExecutedVersion: version.Version,
        Payload: new Uint8Array(result.payload),
        FunctionError: failed ? 'Unhandled' : undefined,
        LogResult: input.LogType === 'Tail' ? tail : undefined,
      });
    },

    /** The form that Invoke with the type Event has replaced. */
    async InvokeAsync(input, context) {
      const reference = referenceOf(context, input.FunctionName);
      functions.resolve(reference);
      await asyncInvocations.accept(reference, await bytesOf(input.InvokeArgs as Readable), context);
      return { Status: 202 };
    },
  } satisfies Operations<Lambda>;
}

/**
 * The version to run, once it is ready; an alias with two of them is drawn by weight.
 *
 * @param drawn - a number in [0, 1)
 */
export async function routed(
  reference: FunctionReference,
  functions: FunctionStore,
  activation: Activation,
  drawn: number,
  signal?: AbortSignal,
): Promise<VersionRecord> {
  const { scope, name, qualifier } = reference;
  const alias =
    qualifier === undefined || isVersion(qualifier) ? undefined : functions.alias(scope, name, qualifier);
  const [other] = Object.entries(alias?.Weights ?? {});
  const chosen = other && drawn < other[1] ? { ...reference, qualifier: other[0] } : reference;
  return await activation.runnable(chosen, signal);
}

/** Bytes over the wire; callers within may give the text itself, as the SDK allows. */
function payloadOf(given: unknown): Uint8Array | undefined {
  return typeof given === 'string' ? Buffer.from(given) : (given as Uint8Array | undefined);
}

/** A streamed body over the wire, bytes from within. */
async function bytesOf(body: Readable | Uint8Array): Promise<Uint8Array> {
  return body instanceof Uint8Array ? body : await buffer(body);
}

/** Only a caller that may repeat itself needs its answer kept. */
async function kept<T>(context: CallContext, output: T): Promise<T> {
  return context.token === undefined ? output : await context.transaction(() => output);
}

function clientContextOf(encoded: string | undefined): string | undefined {
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new ServiceError(
      'InvalidRequestContentException',
      'Client context must be a valid Base64-encoded JSON object.',
      {
        Type: 'User',
      },
    );
  }
}
