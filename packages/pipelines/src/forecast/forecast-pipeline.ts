import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArnFormat, Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Code, GlueVersion, MaxCapacity, PythonShellJob, PythonVersion } from 'aws-cdk-lib/aws-glue';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFn, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { handlerCode } from '../shared/handler-code.ts';
import { stateMachinePermissions } from './permissions.ts';
import { reportParts } from './report/parts.ts';
import { forecastDefinition } from './states/definition.ts';

/** Who does the forecasting. */
export type ForecastEngine = 'amazon-forecast' | 'sagemaker';

/** How a forecast pipeline is set up. Nothing is required. */
export interface ForecastPipelineProps {
  /**
   * Put in front of every name, so that several pipelines fit into one account: 11 lower-case letters,
   * digits and hyphens at most.
   * @default - none: the published sample's names
   */
  readonly prefix?: string;
  /**
   * `amazon-forecast` is the sample's own flow: on AWS for existing customers of that service, on a
   * local runtime for everyone.
   * @default 'amazon-forecast'
   */
  readonly engine?: ForecastEngine;
  /**
   * What happens to the bucket and everything in it when the stack is destroyed.
   * @default RemovalPolicy.DESTROY - as the sample does
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Largest size that an uploaded zip may unpack to, in MB.
   * @default 4096
   */
  readonly maxUnzippedMegabytes?: number;
  /**
   * Your own preprocessing script.
   * @default - glue/preprocess.py of this package
   */
  readonly preprocessScript?: string;
  /**
   * Your own postprocessing script.
   * @default - glue/postprocess.py of this package
   */
  readonly postprocessScript?: string;
  /**
   * Your own script for the report.
   * @default - glue/report.py of this package
   */
  readonly reportScript?: string;
  /**
   * Who is told how a run ended: an address, which gets mail through a topic of the pipeline's own, or a
   * topic of yours.
   * @default - nobody; an event on the default bus tells of it in any case
   */
  readonly notify?: ForecastNotification;
}

/** Who is told how a run ended. */
export type ForecastNotification = { readonly email: string } | { readonly topic: ITopic };

const DEFAULT_MAX_UNZIPPED_MEGABYTES = 4096;

/**
 * Pipeline A: upload `forecast-config.json`, then a zip with TTS.csv (RTS.csv, IM.csv) to `raw/`, and
 * `forecast/<uid>.csv` comes out.
 *
 * @example
 * new ForecastPipeline(this, 'Forecast', { prefix: 'sales-' });
 */
export class ForecastPipeline extends Construct {
  /** Holds config, uploads, inputs, exports and forecasts. */
  readonly bucket: Bucket;
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: ForecastPipelineProps = {}) {
    super(scope, id);
    if (props.engine === 'sagemaker') {
      throw new Error(
        "ForecastPipeline: engine 'sagemaker' is not supported by this version; use 'amazon-forecast'.",
      );
    }
    const prefix = checkPrefix(props.prefix ?? '');
    const stateMachineName = `${prefix}Forecast-MLOps-Pipeline`;
    const stack = Stack.of(this);
    const stateMachineArn = stack.formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: stateMachineName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });

    this.bucket = this.#createBucket(prefix, props.removalPolicy ?? RemovalPolicy.DESTROY);
    const forecastRole = new Role(this, 'ForecastRole', {
      assumedBy: new ServicePrincipal('forecast.amazonaws.com'),
      description: 'Amazon Forecast reads the inputs and writes the exports',
    });
    this.bucket.grantRead(forecastRole, 'input/*');
    this.bucket.grantRead(forecastRole, 'export/*');
    this.bucket.grantPut(forecastRole, 'export/*');
    this.bucket.grantRead(forecastRole, 'backtest/*');
    this.bucket.grantPut(forecastRole, 'backtest/*');

    const preprocess = this.#createJob(
      `${prefix}Forecast-MLOps-Preprocess`,
      props.preprocessScript ?? 'preprocess.py',
    );
    this.bucket.grantRead(preprocess, 'raw');
    this.bucket.grantRead(preprocess, 'raw/*');
    this.bucket.grantPut(preprocess, 'input/*');
    this.bucket.grantPut(preprocess, 'notes/*');
    const inputParts = new Asset(this, 'InputParts', {
      path: asset('./input'),
      exclude: ['**/__pycache__', '**/*.pyc'],
    });
    inputParts.grantRead(preprocess);
    const postprocess = this.#createJob(
      `${prefix}Forecast-MLOps-Postprocess`,
      props.postprocessScript ?? 'postprocess.py',
    );
    this.bucket.grantRead(postprocess, 'export/*');
    this.bucket.grantPut(postprocess, 'forecast/*');
    const report = this.#createJob(`${prefix}Forecast-MLOps-Report`, props.reportScript ?? 'report.py');
    const parts = new Asset(this, 'ReportParts', { path: reportParts() });
    parts.grantRead(report);
    for (const folder of ['input/*', 'forecast/*', 'backtest/*']) this.bucket.grantRead(report, folder);
    this.bucket.grantPut(report, 'report/*');
    report.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['states:GetExecutionHistory'],
        resources: [`${stateMachineArn.replace(':stateMachine:', ':execution:')}:*`],
      }),
    );

    const validate = this.#createFunction(
      'ValidateConfig',
      `${prefix}Forecast-MLOps-Validate-Config`,
      'validate-config',
    );
    const names = {
      bucketName: this.bucket.bucketName,
      stateMachineArn,
      forecastRoleArn: forecastRole.roleArn,
      validateConfigFunctionArn: validate.functionArn,
      preprocessJobName: preprocess.jobName,
      postprocessJobName: postprocess.jobName,
      reportJobName: report.jobName,
      reportParts: { bucket: parts.s3BucketName, key: parts.s3ObjectKey },
      inputParts: { bucket: inputParts.s3BucketName, key: inputParts.s3ObjectKey },
      maxUnzippedMegabytes: props.maxUnzippedMegabytes ?? DEFAULT_MAX_UNZIPPED_MEGABYTES,
      eventSource: 'forecast-mlops-pipeline',
      topicArn: this.#topicFor(props.notify)?.topicArn,
      forecastArn: `arn:${Aws.PARTITION}:forecast:${Aws.REGION}:${Aws.ACCOUNT_ID}`,
    };
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName,
      definitionBody: DefinitionBody.fromString(stack.toJsonString(forecastDefinition(names))),
      tracingEnabled: true,
      logs: {
        level: LogLevel.ALL,
        includeExecutionData: true,
        destination: new LogGroup(this, 'StateMachineLogs', {
          logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
          retention: RetentionDays.THREE_MONTHS,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      },
    });
    validate.grantInvoke(this.stateMachine);
    for (const statement of stateMachinePermissions({
      ...names,
      notesArn: this.bucket.arnForObjects('notes/*'),
      jobs: [preprocess, postprocess, report],
    })) {
      this.stateMachine.addToRolePolicy(statement);
    }
    this.#createTrigger(prefix, stateMachineArn);
  }

  #createBucket(prefix: string, removalPolicy: RemovalPolicy): Bucket {
    const bucket = new Bucket(this, 'ResourceBucket', {
      bucketName: `${prefix}forecast-mlops-pipeline-resource-bucket-${Aws.ACCOUNT_ID}`,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    });
    // The L2's own switch would add a custom resource with a function for what the bucket type can do.
    (bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    return bucket;
  }

  #topicFor(notify: ForecastNotification | undefined): ITopic | undefined {
    if (notify === undefined || 'topic' in notify) return notify?.topic;
    const topic = new Topic(this, 'Notifications', { displayName: 'Forecasts', enforceSSL: true });
    topic.addSubscription(new EmailSubscription(notify.email));
    return topic;
  }

  #createJob(jobName: string, script: string): PythonShellJob {
    const role = new Role(this, `${jobName}-Role`, {
      assumedBy: new ServicePrincipal('glue.amazonaws.com'),
    });
    const job = new PythonShellJob(this, jobName, {
      jobName,
      role,
      script: Code.fromAsset(script.includes('/') ? script : asset(`./glue/${script}`)),
      glueVersion: GlueVersion.V3_0,
      pythonVersion: PythonVersion.THREE_NINE,
      maxCapacity: MaxCapacity.DPU_1,
      // CDK's own librarySet option leaves out the dashes, which Glue then does not know.
      defaultArguments: { '--library-set': 'analytics' },
      timeout: Duration.hours(5),
      maxConcurrentRuns: 3,
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [
          Stack.of(this).formatArn({
            service: 'logs',
            resource: 'log-group',
            resourceName: '/aws-glue/*',
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
      }),
    );
    return job;
  }

  #createFunction(
    id: string,
    functionName: string,
    handler: string,
    environment: Record<string, string> = {},
  ): LambdaFn {
    return new LambdaFn(this, id, {
      functionName,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: handlerCode(asset(`./handlers/${handler}${extname(import.meta.url)}`)),
      handler: 'index.handler',
      timeout: Duration.seconds(60),
      memorySize: 256,
      tracing: Tracing.ACTIVE,
      environment,
      logGroup: new LogGroup(this, `${id}Logs`, {
        logGroupName: `/aws/lambda/${functionName}`,
        retention: RetentionDays.THREE_MONTHS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
  }

  /** Uploads of `raw/*.zip`, and of a key that is exactly `raw`: what `aws s3 cp data.zip s3://…/raw` makes. */
  #createTrigger(prefix: string, stateMachineArn: string): void {
    const trigger = this.#createFunction(
      'UploadTrigger',
      `${prefix}Forecast-MLOps-Pipeline-Upload-Trigger`,
      'upload-trigger',
      {
        STEP_FUNCTIONS_ARN: stateMachineArn,
      },
    );
    this.bucket.grantRead(trigger, 'forecast-config.json');
    trigger.addToRolePolicy(
      new PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachineArn] }),
    );
    trigger.addToRolePolicy(
      new PolicyStatement({
        actions: ['states:DescribeExecution'],
        resources: [`${stateMachineArn.replace(':stateMachine:', ':execution:')}:*`],
      }),
    );
    new Rule(this, 'UploadRule', {
      description: 'Starts the forecast pipeline for an uploaded zip',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [this.bucket.bucketName] },
          object: { key: [{ wildcard: 'raw/*.zip' }, 'raw'] },
        },
      },
      targets: [
        new LambdaFunction(trigger, {
          event: RuleTargetInput.fromEventPath('$'),
          retryAttempts: 10,
          maxEventAge: Duration.hours(2),
        }),
      ],
    });
  }
}

/** The bucket has the strictest and longest name: 63 characters, of which the account and its own words take 52. */
function checkPrefix(prefix: string): string {
  if (prefix !== '' && !/^[a-z0-9][a-z0-9-]{0,10}$/.test(prefix)) {
    throw new Error(
      `ForecastPipeline: the prefix '${prefix}' must be 11 lower-case letters, digits and hyphens at most, and begin with a letter or digit.`,
    );
  }
  return prefix;
}

function asset(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
