import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { Forecast } from '@aws-sdk/client-forecast';
import { Glue } from '@aws-sdk/client-glue';
import { S3 } from '@aws-sdk/client-s3';
import { SFN } from '@aws-sdk/client-sfn';
import { DEFAULT_REGION } from '@slipway/runtime';

/** The AWS SDK's clients on one life of a runtime; none repeats a call by itself. */
export class Clients {
  readonly endpoint: string;
  readonly s3: S3;
  readonly sfn: SFN;
  readonly glue: Glue;
  readonly forecast: Forecast;
  readonly cloudWatch: CloudWatch;
  readonly logs: CloudWatchLogs;
  readonly events: EventBridge;

  constructor(endpoint: string) {
    this.endpoint = endpoint;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const config = { endpoint, region: DEFAULT_REGION, credentials, maxAttempts: 1 };
    this.s3 = new S3({ ...config, forcePathStyle: true });
    this.sfn = new SFN(config);
    this.glue = new Glue(config);
    this.forecast = new Forecast(config);
    this.cloudWatch = new CloudWatch(config);
    this.logs = new CloudWatchLogs(config);
    this.events = new EventBridge(config);
  }

  /** An object's ETag, if there is such an object. */
  readonly etagOf = async (Bucket: string, Key: string): Promise<string | undefined> => {
    try {
      return (await this.s3.headObject({ Bucket, Key })).ETag;
    } catch (error) {
      if ((error as Error).name === 'NotFound') return undefined;
      throw error;
    }
  };

  async text(Bucket: string, Key: string): Promise<string> {
    const { Body } = await this.s3.getObject({ Bucket, Key });
    return (await Body?.transformToString()) ?? '';
  }
}
