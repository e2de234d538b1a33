import type { CreateEndpointConfigInput, SageMaker } from '@aws-sdk/client-sagemaker';
import type { CallContext } from '../../../dispatch/context.ts';
import type { Operations } from '../../../dispatch/service.ts';
import type { Validated } from '../../../dispatch/types.ts';
import { arnOf } from '../arns.ts';
import { invalid, notSupported } from '../errors.ts';
import { listPage } from '../lists.ts';
import type { SageMakerParts } from '../parts.ts';
import type { Resource } from '../resource-store.ts';
import { tagsOf } from '../tags.ts';

export type EndpointConfigRequest = Omit<Validated<CreateEndpointConfigInput>, 'Tags'>;

export interface EndpointConfig extends Resource {
  readonly request: EndpointConfigRequest;
}

/** Endpoint configurations. */
export function endpointConfigOperations({ store }: Pick<SageMakerParts, 'store'>) {
  return {
    CreateEndpointConfig({ Tags, ...request }, context) {
      const tags = tagsOf(Tags);
      checkConfig(request);
      const { EndpointConfigName: name } = request;
      const arn = arnOf(context, 'endpoint-config', name);
      const base = { name, arn, tags, created: context.now, modified: context.now };
      return context.transaction(() => {
        for (const { ModelName = '' } of request.ProductionVariants) {
          if (!store.get('model', context, ModelName)) {
            throw invalid(`Could not find model "${arnOf(context, 'model', ModelName)}".`);
          }
        }
        if (!store.insert('endpoint-config', context, { ...base, status: 'InService', request })) {
          throw invalid(`Cannot create already existing endpoint configuration "${arn}".`);
        }
        return { EndpointConfigArn: arn };
      });
    },

    DescribeEndpointConfig({ EndpointConfigName }, context) {
      const { request, arn, created } = configOf(context, EndpointConfigName);
      const ProductionVariants = request.ProductionVariants.map((variant) => ({
        InitialVariantWeight: 1,
        ...variant,
      }));
      return { ...request, ProductionVariants, EndpointConfigArn: arn, CreationTime: created };
    },

    ListEndpointConfigs(input, context) {
      const { page, ...rest } = listPage(store.all('endpoint-config', context), input, {
        order: 'Descending',
        operation: context.operation,
      });
      const EndpointConfigs = page.map(({ name, arn, created }) => ({
        EndpointConfigName: name,
        EndpointConfigArn: arn,
        CreationTime: created,
      }));
      return { EndpointConfigs, ...rest };
    },

    DeleteEndpointConfig({ EndpointConfigName }, context) {
      return context.transaction(() => {
        configOf(context, EndpointConfigName);
        store.delete('endpoint-config', context, EndpointConfigName);
        return {};
      });
    },
  } satisfies Operations<SageMaker>;

  function configOf(context: CallContext, name: string): EndpointConfig {
    const config = store.get('endpoint-config', context, name);
    if (!config) throw configNotFound(arnOf(context, 'endpoint-config', name));
    return config;
  }
}

export function configNotFound(arn: string): Error {
  return invalid(`Could not find endpoint configuration "${arn}".`);
}

/** @throws ServiceError for what cannot be, or what this version does not have */
function checkConfig(request: EndpointConfigRequest): void {
  if (request.AsyncInferenceConfig) throw notSupported('Asynchronous inference is');
  if (request.ShadowProductionVariants?.length) throw notSupported('Shadow variants are');
  if (request.ExplainerConfig) throw notSupported('Explanations are');
  if (request.DataCaptureConfig?.EnableCapture) throw notSupported('Data capture is');
  const names = new Set<string>();
  for (const {
    VariantName,
    ModelName,
    InitialInstanceCount,
    InstanceType,
    ServerlessConfig,
  } of request.ProductionVariants) {
    if (names.has(VariantName)) throw invalid(`The variant name ${VariantName} is given more than once.`);
    names.add(VariantName);
    if (ModelName === undefined) throw notSupported(`Variant ${VariantName}: inference components are`);
    if (!ServerlessConfig && (InstanceType === undefined || InitialInstanceCount === undefined)) {
      throw invalid(
        `Variant ${VariantName} needs InstanceType and InitialInstanceCount, or a ServerlessConfig.`,
      );
    }
  }
}
