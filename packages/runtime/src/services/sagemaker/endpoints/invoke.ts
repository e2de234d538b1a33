import type { InvokeEndpointCommandInput, SageMakerRuntime } from '@aws-sdk/client-sagemaker-runtime';
import type { CallContext } from '../../../dispatch/context.ts';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Host } from '../../../dispatch/host.ts';
import type { Operations } from '../../../dispatch/service.ts';
import type { Validated } from '../../../dispatch/types.ts';
import { arnOf } from '../arns.ts';
import { type ContainerAnswer, type LiveInstances, NoAnswer } from '../serving/live-instances.ts';
import type { Fleet, Variant } from './endpoint.ts';
import type { Routes } from './routes.ts';

// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
const ANSWER_LIMIT_MS = 60_000;
// Instances that are being started again are waited for so long.
const READY_LIMIT_MS = 60_000;
const LONGEST_MESSAGE = 1024;

type Input = Validated<InvokeEndpointCommandInput>;

/** InvokeEndpoint: a variant by weight, the least busy of its instances, the container's answer as it is. */
export function invokeOperations(host: Host, routes: Routes, live: LiveInstances) {
  return {
    async InvokeEndpoint(input, context) {
      checkSupported(input);
      const variant = chosenVariant(input, context);
      const answer = await ask(input, context, variant.name);
      if (answer.status < 200 || answer.status > 299) throw modelError(answer, input, context);
      return {
        Body: answer.body,
        ContentType: answer.contentType,
        InvokedProductionVariant: variant.name,
        CustomAttributes: answer.customAttributes,
      };
    },
  } satisfies Operations<SageMakerRuntime>;

  function fleet(input: Input, context: CallContext): Fleet {
    const found = routes.fleetOf(context, input.EndpointName);
    if (found) return found;
    throw validationError(`Endpoint ${input.EndpointName} of account ${context.account} not found.`);
  }

  function chosenVariant(input: Input, context: CallContext): Variant {
    const { variants } = fleet(input, context);
    const { TargetVariant } = input;
    if (TargetVariant !== undefined) {
      const target = variants.find(({ name }) => name === TargetVariant);
      if (target) return target;
      // Unverified: AWS's words.
      throw validationError(`Variant ${TargetVariant} of endpoint ${input.EndpointName} not found.`);
    }
    if (variants.length === 1) return variants[0]!;
    const total = variants.reduce((sum, { weight }) => sum + weight, 0);
    let rest = host.ids.random() * total;
    for (const variant of variants) {
      rest -= variant.weight;
      if (rest < 0) return variant;
    }
    return variants.at(-1)!;
  }

  async function ask(input: Input, context: CallContext, variant: string): Promise<ContainerAnswer> {
    for (;;) {
      const job = leastBusy(input, context, variant) ?? (await firstReady(input, context, variant));
      try {
        return await live.request(job, {
          path: '/invocations',
          method: 'POST',
          body: input.Body as Uint8Array,
          headers: headersOf(input),
          timeout: ANSWER_LIMIT_MS,
        });
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        // A process that has ended before it was asked is replaced by another one.
        if (error.kind !== 'refused') throw noAnswer(error, input, context);
      }
    }
  }

  function leastBusy(input: Input, context: CallContext, name: string): string | undefined {
    const variant = fleet(input, context).variants.find((one) => one.name === name);
    if (!variant) throw validationError(`Variant ${name} of endpoint ${input.EndpointName} not found.`);
    return live.leastBusy(variant.instances.map(({ job }) => job));
  }

  async function firstReady(input: Input, context: CallContext, variant: string): Promise<string> {
    const limit = AbortSignal.any([context.signal, AbortSignal.timeout(READY_LIMIT_MS)]);
    const arn = arnOf(context, 'endpoint', input.EndpointName);
    try {
      return await host.signals.until(arn, () => leastBusy(input, context, variant), limit);
    } catch (error) {
      if (error instanceof ServiceError) throw error;
      throw new ServiceError('ServiceUnavailable', 'No instance of the endpoint is ready.', { status: 503 });
    }
  }
}

function headersOf({ ContentType, Accept, CustomAttributes, InferenceId }: Input): Record<string, string> {
  return {
    ...(ContentType !== undefined && { 'content-type': ContentType }),
    ...(Accept !== undefined && { accept: Accept }),
    ...(CustomAttributes !== undefined && { 'x-amzn-sagemaker-custom-attributes': CustomAttributes }),
    ...(InferenceId !== undefined && { 'x-amzn-sagemaker-inference-id': InferenceId }),
  };
}

function checkSupported(input: Input): void {
  for (const member of [
    ...(['TargetModel', 'TargetContainerHostname', 'EnableExplanations'] as const),
    ...(['InferenceComponentName', 'SessionId'] as const),
  ]) {
    if (input[member] !== undefined) {
      throw validationError(`${member} is not supported by this version of Slipway.`);
    }
  }
}

function validationError(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}

function modelError({ status, body }: ContainerAnswer, input: Input, context: CallContext): ServiceError {
  const OriginalMessage = Buffer.from(body).toString('utf8').slice(0, LONGEST_MESSAGE);
  const side = status >= 500 ? 'server' : 'client';
  return failed(
    `Received ${side} error (${status}) from primary with message "${OriginalMessage}".`,
    input,
    context,
    {
      OriginalStatusCode: status,
      OriginalMessage,
    },
  );
}

function noAnswer({ kind, message }: NoAnswer, input: Input, context: CallContext): ServiceError {
  const text =
    kind === 'timeout'
      ? 'Your invocation timed out while waiting for a response from container primary.'
      : `Received server error (0) from primary with message "${message}".`;
  return failed(text, input, context, { OriginalStatusCode: 0, OriginalMessage: message });
}

function failed(
  text: string,
  { EndpointName }: Input,
  context: CallContext,
  original: { OriginalStatusCode: number; OriginalMessage: string },
): ServiceError {
  const LogStreamArn = context.arn('logs', `log-group:/aws/sagemaker/Endpoints/${EndpointName}`);
  const message = `${text} See ${LogStreamArn} in account ${context.account} for more information.`;
  return new ServiceError('ModelError', message, { ...original, LogStreamArn });
}
