import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ForecastPipeline, type ForecastPipelineProps } from './forecast-pipeline.ts';

/** Pipeline A as a stack of its own, under the published sample's id. */
export class ForecastMlopsPipelineStack extends Stack {
  readonly pipeline: ForecastPipeline;

  constructor(scope: Construct, id: string, props: StackProps & ForecastPipelineProps = {}) {
    super(scope, id, props);
    this.pipeline = new ForecastPipeline(this, 'ForecastPipeline', props);
    new CfnOutput(this, 'BucketName', {
      value: this.pipeline.bucket.bucketName,
      description: 'Upload forecast-config.json here, then your zip to raw/',
    });
    new CfnOutput(this, 'StateMachineArn', { value: this.pipeline.stateMachine.stateMachineArn });
  }
}
