import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { Glue } from '@aws-sdk/client-glue';
import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { SFN } from '@aws-sdk/client-sfn';
import { SQS } from '@aws-sdk/client-sqs';
import { DEFAULT_REGION } from '../src/config.ts';

/** The AWS SDK's clients on one life of a runtime; none repeats a call by itself. */
export class Clients {
  readonly s3: S3;
  readonly sfn: SFN;
  readonly sqs: SQS;
  readonly glue: Glue;
  readonly lambda: Lambda;
  readonly logs: CloudWatchLogs;
  readonly events: EventBridge;

  constructor(endpoint: string) {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const config = { endpoint, region: DEFAULT_REGION, credentials, maxAttempts: 1 };
    this.s3 = new S3({ ...config, forcePathStyle: true });
    this.sfn = new SFN(config);
    this.sqs = new SQS(config);
    this.glue = new Glue(config);
    this.lambda = new Lambda(config);
    this.logs = new CloudWatchLogs(config);
    this.events = new EventBridge(config);
  }
}
