import { App, CfnOutput, CustomResource, Duration, RemovalPolicy, Stack, Stage, Tags } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as deployment from 'aws-cdk-lib/aws-s3-deployment';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as cr from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';

/**
 * A CDK app that knows nothing of Slipway, for tests of deployments: what nearly every app has (a bucket that
 * is emptied and filled, roles, functions, logs, a parameter), a custom resource of the CDK, and a second
 * stack that uses the first one's exports.
 */
class Base extends Stack {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const greeting = this.node.tryGetContext('greeting') ?? 'hello';
    this.bucket = new s3.Bucket(this, 'Data', {
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
      eventBridgeEnabled: true,
      enforceSSL: true,
    });
    const parameter = new ssm.StringParameter(this, 'Greeting', { stringValue: greeting });
    new deployment.BucketDeployment(this, 'Files', {
      destinationBucket: this.bucket,
      sources: [deployment.Source.jsonData('config.json', { greeting, bucket: this.bucket.bucketName })],
    });
    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: logs.RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const greeter = new lambda.Function(this, 'Greeter', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => process.env.GREETING;'),
      environment: { GREETING: greeting },
      timeout: Duration.seconds(5),
      logGroup,
    });
    this.bucket.grantRead(greeter);
    new CfnOutput(this, 'BucketName', { value: this.bucket.bucketName });
    new CfnOutput(this, 'FunctionName', { value: greeter.functionName });
    new CfnOutput(this, 'ParameterName', { value: parameter.parameterName });
    const provider = new cr.Provider(this, 'Provider', {
      onEventHandler: new lambda.Function(this, 'OnEvent', {
        runtime: lambda.Runtime.PYTHON_3_13,
        handler: 'index.handler',
        code: lambda.Code.fromInline(
          'def handler(event, context):\n    return {"PhysicalResourceId": "it", "Data": {"Said": event["ResourceProperties"]["Say"]}}\n',
        ),
      }),
    });
    const custom = new CustomResource(this, 'Custom', {
      serviceToken: provider.serviceToken,
      properties: { Say: greeting },
    });
    new CfnOutput(this, 'Said', { value: custom.getAttString('Said') });
  }
}

class Triggered extends Stack {
  constructor(scope: Construct, id: string, bucket: s3.IBucket) {
    super(scope, id);
    const handler = new lambda.Function(this, 'OnObject', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async (event) => event;'),
    });
    new events.Rule(this, 'ObjectCreated', {
      eventPattern: { source: ['aws.s3'], detail: { bucket: { name: [bucket.bucketName] } } },
      targets: [new targets.LambdaFunction(handler)],
    });
  }
}

const app = new App();
const stage = new Stage(app, 'Test');
const base = new Base(stage, 'Base');
new Triggered(stage, 'Triggered', base.bucket);
Tags.of(app).add('app', 'test');
app.synth();
