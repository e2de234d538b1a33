const STACK_SETS = 'stack sets deploy to other accounts and regions of an organization';
const DRIFT = 'drift is found by reading real resources by their official schemas, which are not here';
const GENERATOR = 'templates are generated from a scan of an account';
const REGISTRY = 'resource types, hooks and modules come with the services; there is no public registry';
const REFACTOR = 'resources cannot be moved between stacks yet';

/** Operations that are not served, with the reason. */
export const unsupported: Readonly<Record<string, string>> = {
  ...reasons(STACK_SETS, [
    'CreateStackInstances',
    'CreateStackSet',
    'DeleteStackInstances',
    'DeleteStackSet',
    'DescribeStackInstance',
    'DescribeStackSet',
    'DescribeStackSetOperation',
    'DetectStackSetDrift',
    'ImportStacksToStackSet',
    'ListStackInstanceResourceDrifts',
    'ListStackInstances',
    'ListStackSetAutoDeploymentTargets',
    'ListStackSetOperationResults',
    'ListStackSetOperations',
    'ListStackSets',
    'StopStackSetOperation',
    'UpdateStackInstances',
    'UpdateStackSet',
    'ActivateOrganizationsAccess',
    'DeactivateOrganizationsAccess',
    'DescribeOrganizationsAccess',
  ]),
  ...reasons(DRIFT, [
    'DescribeStackDriftDetectionStatus',
    'DescribeStackResourceDrifts',
    'DetectStackDrift',
    'DetectStackResourceDrift',
  ]),
  ...reasons(GENERATOR, [
    'CreateGeneratedTemplate',
    'DeleteGeneratedTemplate',
    'DescribeGeneratedTemplate',
    'DescribeResourceScan',
    'GetGeneratedTemplate',
    'ListGeneratedTemplates',
    'ListResourceScanRelatedResources',
    'ListResourceScanResources',
    'ListResourceScans',
    'StartResourceScan',
    'UpdateGeneratedTemplate',
  ]),
  ...reasons(REGISTRY, [
    'ActivateType',
    'BatchDescribeTypeConfigurations',
    'DeactivateType',
    'DeregisterType',
    'DescribeChangeSetHooks',
    'DescribePublisher',
    'DescribeType',
    'DescribeTypeRegistration',
    'GetHookResult',
    'ListTypeRegistrations',
    'ListTypeVersions',
    'ListTypes',
    'PublishType',
    'RecordHandlerProgress',
    'RegisterPublisher',
    'RegisterType',
    'SetTypeConfiguration',
    'SetTypeDefaultVersion',
    'TestType',
  ]),
  ...reasons(REFACTOR, [
    'CreateStackRefactor',
    'DescribeStackRefactor',
    'ExecuteStackRefactor',
    'ListStackRefactorActions',
    'ListStackRefactors',
  ]),
  ...reasons('stacks have no aliases here', ['RemoveAlias', 'SetAlias']),
  DescribeAccountLimits: 'there are no quotas on one machine',
  EstimateTemplateCost: 'nothing here costs anything',
};

function reasons(reason: string, operations: readonly string[]): Record<string, string> {
  return Object.fromEntries(operations.map((operation) => [operation, reason]));
}
