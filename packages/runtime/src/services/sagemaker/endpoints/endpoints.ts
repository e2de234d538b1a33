import type { EndpointStatus, SageMaker } from '@aws-sdk/client-sagemaker';
import type { CallContext } from '../../../dispatch/context.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { arnOf } from '../arns.ts';
import { invalid, notSupported } from '../errors.ts';
import { listPage } from '../lists.ts';
import type { SageMakerParts } from '../parts.ts';
import { tagsOf } from '../tags.ts';
import { describeEndpoint, type Endpoint, type Fleet, fleetOf } from './endpoint.ts';
import { configNotFound } from './endpoint-configs.ts';
import type { EndpointLifecycle } from './lifecycle.ts';

const IN_PROGRESS: readonly EndpointStatus[] = ['Creating', 'Updating', 'RollingBack', 'Deleting'];

/** Endpoints. */
export function endpointOperations({ host, store }: SageMakerParts, lifecycle: EndpointLifecycle) {
  return {
    CreateEndpoint({ EndpointName: name, EndpointConfigName, Tags }, context) {
      const tags = tagsOf(Tags);
      const arn = arnOf(context, 'endpoint', name);
      return context.transaction(() => {
        const next = fleet(context, name, EndpointConfigName);
        const base = { name, arn, tags, created: context.now, modified: context.now };
        if (!lifecycle.create(context, { ...base, status: 'Creating', next })) {
          throw invalid(`Cannot create already existing endpoint "${arn}".`);
        }
        return { EndpointArn: arn };
      });
    },

    UpdateEndpoint(input, context) {
      const { EndpointName, EndpointConfigName } = input;
      if (input.RetainAllVariantProperties) throw notSupported('RetainAllVariantProperties is');
      return context.transaction(() => {
        const endpoint = changeable(context, EndpointName);
        lifecycle.update(context, endpoint, fleet(context, endpoint.name, EndpointConfigName));
        return { EndpointArn: endpoint.arn };
      });
    },

    UpdateEndpointWeightsAndCapacities({ EndpointName, DesiredWeightsAndCapacities }, context) {
      return context.transaction(() => {
        const endpoint = changeable(context, EndpointName);
        const current = endpoint.fleet;
        if (!current) throw invalid(`Endpoint "${endpoint.arn}" has no variants.`);
        const wanted = new Map(DesiredWeightsAndCapacities.map((one) => [one.VariantName, one]));
        for (const name of wanted.keys()) {
          if (!current.variants.some((variant) => variant.name === name)) {
            throw invalid(`Could not find variant "${name}" of endpoint "${endpoint.arn}".`);
          }
        }
        const variants = current.variants.map((variant) => ({
          ...variant,
          weight: wanted.get(variant.name)?.DesiredWeight ?? variant.weight,
        }));
        const resized = variants.some(
          ({ name, instances }) =>
            (wanted.get(name)?.DesiredInstanceCount ?? instances.length) !== instances.length,
        );
        if (!resized) {
          lifecycle.reweigh(context, endpoint, { ...current, variants });
        } else {
          const next = variants.map((variant) => ({
            ...variant,
            instances: Array.from(
              { length: wanted.get(variant.name)?.DesiredInstanceCount ?? variant.instances.length },
              () => ({ job: newJob(endpoint.name, variant.name), restarts: 0 }),
            ),
          }));
          lifecycle.update(context, endpoint, { ...current, made: context.now, variants: next });
        }
        return { EndpointArn: endpoint.arn };
      });
    },

    DescribeEndpoint({ EndpointName }, context) {
      return describeEndpoint(endpointOf(context, EndpointName));
    },

    ListEndpoints(input, context) {
      const { page, ...rest } = listPage(store.all('endpoint', context), input, {
        order: 'Descending',
        operation: context.operation,
      });
      const Endpoints = page.map(({ name, arn, created, modified, status }) => ({
        EndpointName: name,
        EndpointArn: arn,
        CreationTime: created,
        LastModifiedTime: modified,
        EndpointStatus: status,
      }));
      return { Endpoints, ...rest };
    },

    DeleteEndpoint({ EndpointName }, context) {
      return context.transaction(() => {
        const endpoint = endpointOf(context, EndpointName);
        if (IN_PROGRESS.includes(endpoint.status)) throw inProgress(endpoint);
        lifecycle.delete(context, endpoint);
        return {};
      });
    },
  } satisfies Operations<SageMaker>;

  function endpointOf(context: CallContext, name: string): Endpoint {
    const endpoint = store.get('endpoint', context, name);
    if (!endpoint) throw invalid(`Could not find endpoint "${arnOf(context, 'endpoint', name)}".`);
    return endpoint;
  }

  function changeable(context: CallContext, name: string): Endpoint {
    const endpoint = endpointOf(context, name);
    if (IN_PROGRESS.includes(endpoint.status)) throw inProgress(endpoint);
    // Unverified: AWS's words.
    if (endpoint.status === 'Failed') throw invalid(`Cannot update failed endpoint "${endpoint.arn}".`);
    return endpoint;
  }

  function fleet(context: CallContext, endpoint: string, configName: string): Fleet {
    const config = store.get('endpoint-config', context, configName);
    if (!config) throw configNotFound(arnOf(context, 'endpoint-config', configName));
    const modelOf = (name: string) => {
      const model = store.get('model', context, name);
      if (!model) throw invalid(`Could not find model "${arnOf(context, 'model', name)}".`);
      return model;
    };
    return fleetOf(config.request, context.now, modelOf, (variant) => newJob(endpoint, variant));
  }

  function newJob(endpoint: string, variant: string): string {
    return `${endpoint}-${variant}-${host.ids.ulid(host.clock.now())}`;
  }
}

function inProgress({ arn }: Endpoint): Error {
  return invalid(`Cannot update in-progress endpoint "${arn}".`);
}
