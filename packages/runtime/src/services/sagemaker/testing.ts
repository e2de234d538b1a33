import { S3 } from '@aws-sdk/client-s3';
import {
  type CreateTrainingJobRequest,
  type DescribeEndpointOutput,
  type DescribeTrainingJobResponse,
  SageMaker,
} from '@aws-sdk/client-sagemaker';
import { SageMakerRuntime } from '@aws-sdk/client-sagemaker-runtime';
import { vi } from 'vitest';
import type { TestRuntime } from '../../testing/test-runtime.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/SageMakerRole';
export const BUCKET = 'sagemaker-tests';
export const XGBOOST = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';
export const LEGACY_XGBOOST = '433757028032.dkr.ecr.us-west-2.amazonaws.com/xgboost:1';

const LONGEST_WAIT_MS = 120_000;

/** What a test does with SageMaker, through the SDK. */
export class SageMakerTests {
  readonly sagemaker: SageMaker;
  readonly runtime: SageMakerRuntime;
  readonly s3: S3;

  constructor({ clientConfig }: Pick<TestRuntime, 'clientConfig'>) {
    this.sagemaker = new SageMaker(clientConfig);
    this.runtime = new SageMakerRuntime({ ...clientConfig, maxAttempts: 1 });
    this.s3 = new S3(clientConfig);
  }

  /** Puts files into the test's bucket. */
  async upload(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    await this.s3.createBucket({ Bucket: BUCKET });
    for (const [Key, Body] of Object.entries(files)) await this.s3.putObject({ Bucket: BUCKET, Key, Body });
  }

  async keys(Prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.s3.listObjectsV2({ Bucket: BUCKET, Prefix });
    return Contents.map(({ Key = '' }) => Key);
  }

  async read(Key: string): Promise<Uint8Array> {
    const { Body } = await this.s3.getObject({ Bucket: BUCKET, Key });
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  }

  /** A training request with one channel `train` below `data/train/`. */
  trainingRequest(name: string, changes: Partial<CreateTrainingJobRequest> = {}): CreateTrainingJobRequest {
    return {
      TrainingJobName: name,
      RoleArn: ROLE,
      AlgorithmSpecification: { TrainingImage: XGBOOST, TrainingInputMode: 'File' },
      HyperParameters: { num_round: '5', objective: 'binary:logistic', eval_metric: 'error', nthread: '1' },
      InputDataConfig: [channel('train', 'data/train/')],
      OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/models/` },
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 10 },
      StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      ...changes,
    };
  }

  /** The job, once it is over. */
  async trained(TrainingJobName: string): Promise<DescribeTrainingJobResponse> {
    return await this.until(
      () => this.sagemaker.describeTrainingJob({ TrainingJobName }),
      ({ TrainingJobStatus = '' }) => ['Completed', 'Failed', 'Stopped'].includes(TrainingJobStatus),
    );
  }

  /** Creates a job and waits for its end. */
  async train(
    name: string,
    changes: Partial<CreateTrainingJobRequest> = {},
  ): Promise<DescribeTrainingJobResponse> {
    await this.sagemaker.createTrainingJob(this.trainingRequest(name, changes));
    return await this.trained(name);
  }

  /** A model, and a configuration of one variant for it, both of this name. */
  async deployable(name: string, ModelDataUrl: string | undefined, Image = XGBOOST): Promise<void> {
    await this.sagemaker.createModel({
      ModelName: name,
      ExecutionRoleArn: ROLE,
      PrimaryContainer: { Image, ModelDataUrl },
    });
    await this.sagemaker.createEndpointConfig({
      EndpointConfigName: name,
      ProductionVariants: [
        { VariantName: 'variant1', ModelName: name, InitialInstanceCount: 1, InstanceType: 'ml.m5.large' },
      ],
    });
  }

  /** The endpoint, once nothing about it is in progress. */
  async settled(EndpointName: string): Promise<DescribeEndpointOutput> {
    return await this.until(
      () => this.sagemaker.describeEndpoint({ EndpointName }),
      ({ EndpointStatus = '' }) => !['Creating', 'Updating'].includes(EndpointStatus),
    );
  }

  async invoke(EndpointName: string, body: string, Accept?: string): Promise<string> {
    const { Body } = await this.runtime.invokeEndpoint({
      EndpointName,
      Body: body,
      ContentType: 'text/csv',
      Accept,
    });
    return Buffer.from(Body ?? []).toString('utf8');
  }

  async until<T>(read: () => Promise<T>, accept: (value: T) => boolean): Promise<T> {
    return (await vi.waitUntil(
      async () => {
        const value = await read();
        return accept(value) ? value : undefined;
      },
      { timeout: LONGEST_WAIT_MS, interval: 50 },
    )) as T;
  }
}

export function channel(ChannelName: string, key: string, ContentType = 'text/csv') {
  return {
    ChannelName,
    ContentType,
    DataSource: {
      S3DataSource: {
        S3DataType: 'S3Prefix' as const,
        S3Uri: `s3://${BUCKET}/${key}`,
        S3DataDistributionType: 'FullyReplicated' as const,
      },
    },
  };
}

/** Rows `label,x0,…,x3` of a task that can be learnt. */
export function rows(count: number, seed = 1): string[] {
  let state = seed;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return Array.from({ length: count }, () => {
    const features = Array.from({ length: 4 }, () => Math.round(random() * 1000) / 1000);
    return [features[0]! + features[1]! > 1 ? 1 : 0, ...features].join(',');
  });
}
