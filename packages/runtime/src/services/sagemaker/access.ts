import type { ServiceAccess } from '../../access/needs.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html */
export const sagemakerAccess: ServiceAccess = {
  prefix: 'sagemaker',
  resources: [
    ...['{ResourceArn}', 'training-job/{TrainingJobName}', 'processing-job/{ProcessingJobName}'],
    ...['transform-job/{TransformJobName}', 'endpoint/{EndpointName}'],
    ...['endpoint-config/{EndpointConfigName}', 'model/{ModelName}', '*'],
  ],
  passes: { service: 'sagemaker.amazonaws.com', members: ['RoleArn', 'ExecutionRoleArn'] },
};
