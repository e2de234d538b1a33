import { invalid, notSupported } from '../errors.ts';
import type { AlgorithmImage } from '../images/algorithm-images.ts';
import type { MetricDefinition } from './metrics.ts';
import { modeOf, type TrainingRequest } from './training-job.ts';

// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html
const DEFAULT_RUNTIME = 86_400;
const LONGEST_RUNTIME = 28 * 86_400;

/**
 * Checks what the model of the API cannot say, and fills in the service's defaults.
 *
 * @param image - where the image is one of this machine
 * @throws ServiceError naming what cannot be
 */
export function checkedRequest(request: TrainingRequest, image: AlgorithmImage | undefined): TrainingRequest {
  const { AlgorithmSpecification, ResourceConfig, StoppingCondition = {} } = request;
  // Unverified: AWS's words where the API's model leaves a member optional.
  if (!AlgorithmSpecification) throw invalid('AlgorithmSpecification is required.');
  if (!ResourceConfig?.InstanceType || !ResourceConfig.InstanceCount) {
    if (ResourceConfig?.InstanceGroups) throw notSupported('Instance groups are');
    throw invalid('ResourceConfig with InstanceType and InstanceCount is required.');
  }
  const { TrainingImage, AlgorithmName, MetricDefinitions = [] } = AlgorithmSpecification;
  if ((TrainingImage === undefined) === (AlgorithmName === undefined)) {
    throw invalid('AlgorithmSpecification needs exactly one of TrainingImage and AlgorithmName.');
  }
  if (AlgorithmName !== undefined) throw notSupported(`The algorithm resource ${AlgorithmName} is`);
  checkChannels(request);
  const MaxRuntimeInSeconds = checkStopping(request);
  const definitions = definitionsFor(image, request, MetricDefinitions);
  return {
    ...request,
    AlgorithmSpecification: {
      EnableSageMakerMetricsTimeSeries: image?.metricDefinitions !== undefined,
      ...AlgorithmSpecification,
      ...(definitions.length > 0 && { MetricDefinitions: [...definitions] }),
    },
    StoppingCondition: { ...StoppingCondition, MaxRuntimeInSeconds },
    EnableManagedSpotTraining: request.EnableManagedSpotTraining ?? false,
    EnableNetworkIsolation: request.EnableNetworkIsolation ?? false,
    EnableInterContainerTrafficEncryption: request.EnableInterContainerTrafficEncryption ?? false,
  };
}

/** Whether the job brings a program of its own to an image that is an algorithm otherwise. */
export function isScriptMode({ HyperParameters = {} }: TrainingRequest): boolean {
  return HyperParameters['sagemaker_program'] !== undefined;
}

/** Where in S3 a job's program lies; the SDKs write the value as JSON. */
export function submitDirectory({ HyperParameters = {} }: TrainingRequest): string | undefined {
  return /^"?(s3:\/\/[^"]+)"?$/.exec(HyperParameters['sagemaker_submit_directory'] ?? '')?.[1];
}

function definitionsFor(
  image: AlgorithmImage | undefined,
  request: TrainingRequest,
  own: readonly MetricDefinition[],
): readonly MetricDefinition[] {
  if (!image?.metricDefinitions || isScriptMode(request)) return own;
  if (own.length > 0) {
    throw invalid(
      "You can't override the metric definitions for Amazon SageMaker algorithms. " +
        'Please retry the request without specifying metric definitions.',
    );
  }
  return image.metricDefinitions;
}

function checkChannels(request: TrainingRequest): void {
  const names = new Set<string>();
  for (const channel of request.InputDataConfig ?? []) {
    const { ChannelName, DataSource, CompressionType = 'None', RecordWrapperType = 'None' } = channel;
    // Unverified: AWS's words.
    if (names.has(ChannelName)) throw invalid(`The channel name ${ChannelName} is given more than once.`);
    names.add(ChannelName);
    if (modeOf(request, channel) === 'Pipe') {
      throw notSupported(`Channel ${ChannelName}: input mode Pipe is`);
    }
    if (!DataSource.S3DataSource) {
      throw notSupported(`Channel ${ChannelName}: a data source other than S3DataSource is`);
    }
    const { S3DataType } = DataSource.S3DataSource;
    if (S3DataType !== 'S3Prefix') throw notSupported(`Channel ${ChannelName}: S3DataType ${S3DataType} is`);
    if (CompressionType !== 'None' || RecordWrapperType !== 'None') {
      throw invalid(`Channel ${ChannelName}: compression and record wrapping are for input mode Pipe only.`);
    }
  }
}

function checkStopping({ StoppingCondition = {}, EnableManagedSpotTraining }: TrainingRequest): number {
  const { MaxRuntimeInSeconds = DEFAULT_RUNTIME, MaxWaitTimeInSeconds } = StoppingCondition;
  if (MaxRuntimeInSeconds > LONGEST_RUNTIME) {
    throw invalid(`MaxRuntimeInSeconds ${MaxRuntimeInSeconds} is greater than ${LONGEST_RUNTIME}.`);
  }
  if (MaxWaitTimeInSeconds === undefined) {
    if (EnableManagedSpotTraining) {
      throw invalid('MaxWaitTimeInSeconds is required when EnableManagedSpotTraining is true.');
    }
    return MaxRuntimeInSeconds;
  }
  if (!EnableManagedSpotTraining) {
    throw invalid('MaxWaitTimeInSeconds requires EnableManagedSpotTraining to be true.');
  }
  if (MaxWaitTimeInSeconds < MaxRuntimeInSeconds) {
    throw invalid('MaxWaitTimeInSeconds must be greater than or equal to MaxRuntimeInSeconds.');
  }
  return MaxRuntimeInSeconds;
}
