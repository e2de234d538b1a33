import type { Host } from '../dispatch/host.ts';
import type { ResourceProvider } from '../dispatch/resource-provider.ts';
import { partitionOf } from './template/pseudo-parameters.ts';
import { own, type Template } from './template/template.ts';

/**
 * Who carries out a resource type; undefined when nobody does.
 *
 * @param template - the template that wants the resource; absent when one is only to be deleted
 */
export type FindProvider = (type: string, template?: Template) => ResourceProvider | undefined;

/** Written by the CDK into every template, for AWS's statistics. */
const METADATA_TYPE = 'AWS::CDK::Metadata';
const REPOSITORY = 'AWS::ECR::Repository';
const CUSTOM_RESOURCE = 'AWS::CloudFormation::CustomResource';

/**
 * Finds providers: the services' own; a custom resource's function for `Custom::…` types that nobody
 * provides; nothing at all, but accepted, for the types that the configuration lists as inert, and for
 * the repository of container images in the CDK's bootstrap template, which nothing here uses.
 */
export function createFindProvider(host: Pick<Host, 'config' | 'resourceProvider'>): FindProvider {
  const accepted = new Set([METADATA_TYPE, ...(host.config.acceptInert ?? [])]);
  return (type, template) => {
    const provider = host.resourceProvider(type);
    if (provider) return provider;
    if (type === REPOSITORY && (!template || isBootstrapTemplate(template))) return unusedRepository;
    if (accepted.has(type)) return inertResource;
    return type.startsWith('Custom::') ? host.resourceProvider(CUSTOM_RESOURCE) : undefined;
  };
}

function isBootstrapTemplate({ parameters, resources }: Template): boolean {
  return Boolean(own(parameters, 'Qualifier') && own(resources, 'CdkBootstrapVersion'));
}

/** Has a name, which other resources of the bootstrap template use. */
const unusedRepository: ResourceProvider = {
  properties: 'any',
  withoutEffect: true,
  replaceOn: ['RepositoryName'],
  async create(properties, context) {
    const name = String(properties['RepositoryName'] ?? context.name(256, { lowerCase: true }));
    const { account, region } = context;
    const arn = `arn:${partitionOf(region)}:ecr:${region}:${account}:repository/${name}`;
    return { physicalId: name, attributes: { Arn: arn } };
  },
  async update(physicalId, _properties, _previous, { account, region }) {
    const arn = `arn:${partitionOf(region)}:ecr:${region}:${account}:repository/${physicalId}`;
    return { physicalId, attributes: { Arn: arn } };
  },
  async delete() {},
};

/** Something that exists in the stack only. */
const inertResource: ResourceProvider = {
  properties: 'any',
  withoutEffect: true,
  async create(_properties, context) {
    return { physicalId: context.name(64), attributes: {} };
  },
  async update(physicalId) {
    return { physicalId, attributes: {} };
  },
  async delete() {},
};
