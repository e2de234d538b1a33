import type { Architecture, Lambda, Runtime } from '@aws-sdk/client-lambda';
import { listProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { layerReference } from '../layer-store.ts';
import { unlessGone } from './unless-gone.ts';

const PROPERTIES = [
  'CompatibleArchitectures',
  'CompatibleRuntimes',
  'Content',
  'Description',
  'LayerName',
  'LicenseInfo',
];

/** `AWS::Lambda::LayerVersion`: `Ref` is the version's ARN. */
export const layerVersionResource: ResourceProvider = {
  properties: PROPERTIES,
  replaceOn: PROPERTIES,

  async create(properties, context) {
    const content = (properties['Content'] ?? {}) as Properties;
    const { LayerVersionArn = '' } = await context.client<Lambda>('lambda').publishLayerVersion({
      LayerName: textProperty(properties, 'LayerName') ?? context.name(140),
      Content: {
        S3Bucket: textProperty(content, 'S3Bucket'),
        S3Key: textProperty(content, 'S3Key'),
        S3ObjectVersion: textProperty(content, 'S3ObjectVersion'),
      },
      CompatibleArchitectures: listProperty<Architecture>(properties, 'CompatibleArchitectures'),
      CompatibleRuntimes: listProperty<Runtime>(properties, 'CompatibleRuntimes'),
      Description: textProperty(properties, 'Description'),
      LicenseInfo: textProperty(properties, 'LicenseInfo'),
    });
    return { physicalId: LayerVersionArn, attributes: { LayerVersionArn } };
  },

  update(physicalId) {
    throw new Error(`Layer version ${physicalId} is replaced, never updated`);
  },

  async delete(physicalId, _properties, context) {
    const layer = layerReference(physicalId);
    if (!layer) return;
    await context
      .client<Lambda>('lambda')
      .deleteLayerVersion({ LayerName: layer.name, VersionNumber: layer.version });
  },
};

const PERMISSION_PROPERTIES = ['Action', 'LayerVersionArn', 'OrganizationId', 'Principal'];

/** `AWS::Lambda::LayerVersionPermission`: a statement of the layer version's resource policy. */
export const layerVersionPermissionResource: ResourceProvider = {
  properties: PERMISSION_PROPERTIES,
  replaceOn: PERMISSION_PROPERTIES,

  async create(properties, context) {
    const StatementId = context.name(100);
    await context.client<Lambda>('lambda').addLayerVersionPermission({
      ...ownerOf(properties),
      StatementId,
      Action: textProperty(properties, 'Action'),
      Principal: textProperty(properties, 'Principal'),
      OrganizationId: textProperty(properties, 'OrganizationId'),
    });
    return { physicalId: StatementId, attributes: { Id: StatementId } };
  },

  update(physicalId) {
    throw new Error(`Permission ${physicalId} is replaced, never updated`);
  },

  async delete(StatementId, properties, context) {
    const lambda = context.client<Lambda>('lambda');
    await unlessGone(lambda.removeLayerVersionPermission({ ...ownerOf(properties), StatementId }));
  },
};

function ownerOf(properties: Properties): { LayerName: string; VersionNumber: number } {
  const arn = textProperty(properties, 'LayerVersionArn') ?? '';
  const layer = layerReference(arn);
  if (!layer) throw new TypeError(`LayerVersionArn has to be the ARN of a layer version, but is ${arn}`);
  return { LayerName: layer.name, VersionNumber: layer.version };
}
