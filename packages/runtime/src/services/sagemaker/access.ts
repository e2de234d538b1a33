import type { NeedsOf, ServiceAccess } from '../../access/needs.ts';
import { arnOf, type Kind } from './arns.ts';

/** Members that name what an operation acts on. */
const NAMES: readonly (readonly [member: string, kind: Kind])[] = [
  ['TrainingJobName', 'training-job'],
  ['ProcessingJobName', 'processing-job'],
  ['TransformJobName', 'transform-job'],
  ['EndpointName', 'endpoint'],
  ['EndpointConfigName', 'endpoint-config'],
  ['ModelName', 'model'],
];

const OF_NAMED = [
  ...['CreateTrainingJob', 'DescribeTrainingJob', 'StopTrainingJob', 'DeleteTrainingJob'],
  ...['CreateProcessingJob', 'DescribeProcessingJob', 'StopProcessingJob', 'DeleteProcessingJob'],
  ...['CreateTransformJob', 'DescribeTransformJob', 'StopTransformJob'],
  ...['CreateModel', 'DescribeModel', 'DeleteModel'],
  ...['CreateEndpointConfig', 'DescribeEndpointConfig', 'DeleteEndpointConfig'],
  ...['CreateEndpoint', 'DescribeEndpoint', 'UpdateEndpoint', 'DeleteEndpoint', 'InvokeEndpoint'],
  'UpdateEndpointWeightsAndCapacities',
];
// An endpoint is made of a configuration, for which permission is needed too.
const OF_BOTH = new Set(['CreateEndpoint', 'UpdateEndpoint']);

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html */
export const sagemakerAccess: ServiceAccess = {
  prefix: 'sagemaker',
  resources: ['{ResourceArn}', '*'],
  operations: Object.fromEntries(OF_NAMED.map((operation) => [operation, ofNamed])) as Record<
    string,
    NeedsOf
  >,
  passes: { service: 'sagemaker.amazonaws.com', members: ['RoleArn', 'ExecutionRoleArn'] },
};

/** By the ARN, whose name is in lower case; policies may have it as it was given. */
function ofNamed(input: Readonly<Record<string, string>>, scope: Parameters<NeedsOf>[1], operation: string) {
  const needs = NAMES.filter(([member]) => input[member] !== undefined).map(([member, kind]) => {
    const resource = arnOf(scope, kind, input[member]!);
    const alias = resource.slice(0, resource.lastIndexOf('/') + 1) + input[member]!;
    return { action: `sagemaker:${operation}`, resource, ...(alias !== resource && { aliases: [alias] }) };
  });
  return OF_BOTH.has(operation) ? needs : needs.slice(0, 1);
}
