import type { DestinationConfig, FunctionEventInvokeConfig, Lambda } from '@aws-sdk/client-lambda';
import type { Operations } from '../../dispatch/service.ts';
import type { Scope } from '../../store/collection.ts';
import { DESTINATION_SERVICES, serviceOf } from './destination-targets.ts';
import { invalidParameter, notFound } from './errors.ts';
import type { InvokeConfig } from './invoke-config-store.ts';
import { type FunctionReference, functionArn, LATEST, referenceOf } from './names.ts';
import { pageOf } from './paging.ts';
import type { LambdaParts } from './parts.ts';

interface Given {
  readonly MaximumRetryAttempts?: number | undefined;
  readonly MaximumEventAgeInSeconds?: number | undefined;
  readonly DestinationConfig?: DestinationConfig | undefined;
}

/** Retries and destinations of asynchronous invocations. */
export function eventInvokeConfigOperations({ functions, invokeConfigs }: LambdaParts) {
  return {
    async PutFunctionEventInvokeConfig(input, context) {
      const reference = existing(referenceOf(context, input.FunctionName, input.Qualifier));
      checkGiven(reference, input);
      return await context.transaction(() =>
        write(reference, { ...given(input), LastModified: context.now }),
      );
    },

    async UpdateFunctionEventInvokeConfig(input, context) {
      const reference = existing(referenceOf(context, input.FunctionName, input.Qualifier));
      checkGiven(reference, input);
      return await context.transaction(() =>
        write(reference, { ...configOf(reference), ...given(input), LastModified: context.now }),
      );
    },

    GetFunctionEventInvokeConfig(input, context) {
      const reference = referenceOf(context, input.FunctionName, input.Qualifier);
      return described(reference, configOf(reference));
    },

    ListFunctionEventInvokeConfigs(input, context) {
      const { scope, name } = existing(referenceOf(context, input.FunctionName));
      const { page, NextMarker } = pageOf(invokeConfigs.of(scope, name), input, ['invoke configs', name]);
      return {
        FunctionEventInvokeConfigs: page.map(({ qualifier, config }) =>
          described({ scope, name, qualifier }, config),
        ),
        NextMarker,
      };
    },

    async DeleteFunctionEventInvokeConfig(input, context) {
      const reference = referenceOf(context, input.FunctionName, input.Qualifier);
      return await context.transaction(() => {
        if (!invokeConfigs.delete(reference.scope, reference.name, reference.qualifier))
          throw none(reference);
        return {};
      });
    },
  } satisfies Operations<Lambda>;

  function existing(reference: FunctionReference): FunctionReference {
    try {
      functions.resolve(reference);
    } catch {
      throw notFound("The function doesn't exist.");
    }
    return reference;
  }

  function configOf(reference: FunctionReference): InvokeConfig {
    const config = invokeConfigs.get(reference.scope, reference.name, reference.qualifier);
    if (!config) throw none(reference);
    return config;
  }

  function write(
    reference: FunctionReference,
    config: Partial<InvokeConfig> & Pick<InvokeConfig, 'LastModified'>,
  ): FunctionEventInvokeConfig {
    const written = { DestinationConfig: {}, ...config };
    invokeConfigs.put(reference.scope, reference.name, reference.qualifier ?? LATEST, written);
    return described(reference, written);
  }

  function checkGiven(reference: FunctionReference, input: Given): void {
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = input;
    if (
      [MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig].every(
        (value) => value === undefined,
      )
    ) {
      throw invalidParameter('You must specify at least one of error handling or destination setting.');
    }
    const success = DestinationConfig?.OnSuccess?.Destination;
    const failure = DestinationConfig?.OnFailure?.Destination;
    for (const arn of [success, failure]) {
      if (arn)
        checkDestination(
          reference,
          arn,
          `DestinationConfig(onSuccess=${shown('OnSuccess', success)}, onFailure=${shown('OnFailure', failure)})`,
        );
    }
    if (success && serviceOf(success) === 's3') {
      throw invalidParameter('S3 is not a supported destination for successful invocations.');
    }
  }

  function checkDestination({ scope, name }: FunctionReference, arn: string, config: string): void {
    const service = serviceOf(arn);
    const fifo = (service === 'sqs' || service === 'sns') && arn.endsWith('.fifo');
    if (service === undefined || fifo || !DESTINATION_SERVICES.has(service)) {
      throw invalidParameter(`The provided destination config ${config} is invalid.`);
    }
    if (service !== 'lambda') return;
    if (arn === functionArn(scope, name)) {
      throw invalidParameter("You can't specify the function as a destination for itself.");
    }
    if (!isFunction(scope, arn)) throw invalidParameter(`The destination ARN ${arn} is invalid.`);
  }

  function isFunction(scope: Scope, arn: string): boolean {
    try {
      functions.resolve(referenceOf(scope, arn));
      return true;
    } catch {
      return false;
    }
  }
}

function shown(type: string, destination: string | undefined): string {
  return destination ? `${type}(destination=${destination})` : 'null';
}

function given({ MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig }: Given) {
  return {
    ...(MaximumRetryAttempts !== undefined && { MaximumRetryAttempts }),
    ...(MaximumEventAgeInSeconds !== undefined && { MaximumEventAgeInSeconds }),
    ...(DestinationConfig && { DestinationConfig }),
  };
}

function none(reference: FunctionReference) {
  const { scope, name, qualifier = LATEST } = reference;
  return notFound(`The function ${functionArn(scope, name, qualifier)} doesn't have an EventInvokeConfig`);
}

function described(
  { scope, name, qualifier = LATEST }: FunctionReference,
  config: InvokeConfig,
): FunctionEventInvokeConfig {
  return {
    ...config,
    FunctionArn: functionArn(scope, name, qualifier),
    DestinationConfig: {
      OnSuccess: config.DestinationConfig?.OnSuccess ?? {},
      OnFailure: config.DestinationConfig?.OnFailure ?? {},
    },
  };
}
