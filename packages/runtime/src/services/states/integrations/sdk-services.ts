import { loadModel, type ServiceModel } from '../../../model/load.ts';

/** A service as the SDK integrations name it (`aws-sdk:<name>:<action>`), with the prefix of its errors. */
export interface SdkService {
  /** The runtime's service. */
  readonly service: string;
  readonly model: ServiceModel;
  /** Such as `Sfn` in `Sfn.InvalidTokenException`. */
  readonly errorPrefix: string;
}

// https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
// Name in the integration → runtime's service, its model, and the error prefix (the Java SDK's service id).
const SERVICES: Record<string, readonly [service: string, model: string, errorPrefix: string]> = {
  cloudformation: ['cloudformation', 'cloudformation', 'CloudFormation'],
  cloudwatch: ['cloudwatch', 'cloudwatch', 'CloudWatch'],
  cloudwatchlogs: ['logs', 'logs', 'CloudWatchLogs'],
  eventbridge: ['events', 'events', 'EventBridge'],
  forecast: ['forecast', 'forecast', 'Forecast'],
  forecastquery: ['forecast', 'forecastquery', 'Forecastquery'],
  glue: ['glue', 'glue', 'Glue'],
  iam: ['iam', 'iam', 'Iam'],
  lambda: ['lambda', 'lambda', 'Lambda'],
  s3: ['s3', 's3', 'S3'],
  sagemaker: ['sagemaker', 'sagemaker', 'SageMaker'],
  sagemakerruntime: ['sagemaker', 'sagemaker-runtime', 'SageMakerRuntime'],
  sfn: ['states', 'states', 'Sfn'],
  sns: ['sns', 'sns', 'Sns'],
  sqs: ['sqs', 'sqs', 'Sqs'],
  ssm: ['ssm', 'ssm', 'Ssm'],
  sts: ['sts', 'sts', 'Sts'],
};

/** @returns undefined for services that this runtime does not have */
export function sdkService(name: string): SdkService | undefined {
  const found = SERVICES[name.toLowerCase()];
  if (!found) return undefined;
  const [service, model, errorPrefix] = found;
  return { service, model: loadModel(model), errorPrefix };
}
