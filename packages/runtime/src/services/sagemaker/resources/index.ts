import type { Host } from '../../../dispatch/host.ts';
import type { ResourceProviders } from '../../../dispatch/resource-provider.ts';
import { endpointResource } from './endpoint.ts';
import { endpointConfigResource } from './endpoint-config.ts';
import { modelResource } from './model.ts';

export function sagemakerResources(host: Host): ResourceProviders {
  return {
    'AWS::SageMaker::Model': modelResource,
    'AWS::SageMaker::EndpointConfig': endpointConfigResource,
    'AWS::SageMaker::Endpoint': endpointResource(host),
  };
}
