import { ServiceError } from '../../dispatch/errors.ts';
import { isObject, type ResourceDefinition, type Template } from './template.ts';

const IAM_TYPES = new Set([
  'AWS::IAM::AccessKey',
  'AWS::IAM::Group',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::IAM::User',
  'AWS::IAM::UserToGroupAddition',
]);

const NAME_PROPERTIES = ['RoleName', 'UserName', 'GroupName', 'ManagedPolicyName', 'InstanceProfileName'];

export interface RequiredCapabilities {
  readonly capabilities: ('CAPABILITY_IAM' | 'CAPABILITY_NAMED_IAM' | 'CAPABILITY_AUTO_EXPAND')[];
  readonly reason: string | undefined;
}

/**
 * What a caller has to acknowledge before a template is used: that it makes identities, that it gives
 * them names of its own, and that a stack of its own may bring anything.
 *
 * Source: AWS CloudFormation API Reference, CreateStack, "Capabilities".
 */
export function requiredCapabilities(template: Template): RequiredCapabilities {
  const resources = Object.values(template.resources);
  const identities = resources.filter(({ Type }) => IAM_TYPES.has(Type));
  const types = [...new Set(identities.map(({ Type }) => Type))];
  if (identities.some(hasOwnName)) {
    return {
      capabilities: ['CAPABILITY_NAMED_IAM'],
      reason: `The following resource(s) require capabilities: [${types.join(', ')}]`,
    };
  }
  if (identities.length > 0) {
    return {
      capabilities: ['CAPABILITY_IAM'],
      reason: `The following resource(s) require capabilities: [${types.join(', ')}]`,
    };
  }
  return { capabilities: [], reason: undefined };
}

/** @throws InsufficientCapabilitiesException when the caller has not acknowledged enough */
export function checkCapabilities(template: Template, acknowledged: readonly string[]): void {
  const required = requiredCapabilities(template).capabilities.filter((capability) => {
    if (acknowledged.includes(capability)) return false;
    return !(capability === 'CAPABILITY_IAM' && acknowledged.includes('CAPABILITY_NAMED_IAM'));
  });
  if (required.length > 0) {
    throw new ServiceError(
      'InsufficientCapabilitiesException',
      `Requires capabilities : [${required.join(', ')}]`,
    );
  }
}

function hasOwnName({ Properties }: ResourceDefinition): boolean {
  return isObject(Properties) && NAME_PROPERTIES.some((name) => Properties[name] !== undefined);
}
