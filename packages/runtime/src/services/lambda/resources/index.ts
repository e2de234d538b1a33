import type { Host } from '../../../dispatch/host.ts';
import type { ResourceProviders } from '../../../dispatch/resource-provider.ts';
import { aliasResource } from './alias.ts';
import { eventInvokeConfigResource } from './event-invoke-config.ts';
import { eventSourceMappingResource } from './event-source-mapping.ts';
import { functionResource } from './function.ts';
import { layerVersionPermissionResource, layerVersionResource } from './layer-version.ts';
import { permissionResource } from './permission.ts';
import { versionResource } from './version.ts';

/** The CloudFormation types of Lambda. */
export function lambdaResources(host: Pick<Host, 'client' | 'signals'>): ResourceProviders {
  return {
    'AWS::Lambda::Alias': aliasResource,
    'AWS::Lambda::EventInvokeConfig': eventInvokeConfigResource,
    'AWS::Lambda::EventSourceMapping': eventSourceMappingResource,
    'AWS::Lambda::Function': functionResource(host),
    'AWS::Lambda::LayerVersion': layerVersionResource,
    'AWS::Lambda::LayerVersionPermission': layerVersionPermissionResource,
    'AWS::Lambda::Permission': permissionResource,
    'AWS::Lambda::Version': versionResource,
  };
}
