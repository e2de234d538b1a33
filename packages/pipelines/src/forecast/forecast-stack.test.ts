import { App, RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { ForecastMlopsPipelineStack } from './forecast-stack.ts';
import { physicalNames, resourcesOf, statementsOf, templateOf, textOf } from './testing/stack.ts';

const template = templateOf();

test('A2 A6 A8 the published names stand without a prefix', () => {
  expect(physicalNames(template).sort()).toEqual([
    '/aws/lambda/Forecast-MLOps-Pipeline-Upload-Trigger',
    '/aws/lambda/Forecast-MLOps-Validate-Config',
    '/aws/vendedlogs/states/Forecast-MLOps-Pipeline',
    'Forecast-MLOps-Pipeline',
    'Forecast-MLOps-Pipeline-Upload-Trigger',
    'Forecast-MLOps-Postprocess',
    'Forecast-MLOps-Preprocess',
    'Forecast-MLOps-Report',
    'Forecast-MLOps-Validate-Config',
    'forecast-mlops-pipeline-resource-bucket-<AWS::AccountId>',
  ]);
});

test('Ax10 a prefix stands in front of every name', () => {
  const names = physicalNames(templateOf({ prefix: 'sales-' }));
  const kept = /^(\/aws\/lambda\/|\/aws\/vendedlogs\/states\/)?/;
  expect(names.map((name) => name.replace(kept, '')).filter((name) => !name.startsWith('sales-'))).toEqual(
    [],
  );
  expect(names.map((name) => name.replace('sales-', '')).sort()).toEqual(physicalNames(template).sort());
});

test('Ax10 two pipelines in one app share no physical name', () => {
  const app = new App();
  const stacks = ['one-', 'two-'].map(
    (prefix) => new ForecastMlopsPipelineStack(app, `${prefix}stack`, { prefix }),
  );
  const names = stacks.flatMap((stack) => physicalNames(Template.fromStack(stack)));
  expect(names).toHaveLength(20);
  expect(new Set(names).size).toBe(20);
});

test.each(['Sales-', 'a-very-long-', 'sales_', '-sales'])(
  'Ax10 the prefix %s fits into no bucket name',
  (prefix) => {
    expect(() => templateOf({ prefix })).toThrow(
      `ForecastPipeline: the prefix '${prefix}' must be 11 lower-case letters, digits and hyphens at most, and begin with a letter or digit.`,
    );
  },
);

test('A2 the bucket is unversioned, private, and goes with its objects; RETAIN keeps it', () => {
  const [bucket] = resourcesOf(template, 'AWS::S3::Bucket');
  expect(bucket).toMatchObject({
    DeletionPolicy: 'Delete',
    Properties: {
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    },
  });
  expect(bucket?.Properties).not.toHaveProperty('VersioningConfiguration');
  expect(resourcesOf(template, 'Custom::S3AutoDeleteObjects')).toHaveLength(1);
  const kept = templateOf({ removalPolicy: RemovalPolicy.RETAIN });
  expect(resourcesOf(kept, 'AWS::S3::Bucket')).toMatchObject([{ DeletionPolicy: 'Retain' }]);
  expect(resourcesOf(kept, 'Custom::S3AutoDeleteObjects')).toEqual([]);
});

test('A3 A4 A5 every role is trusted by the one service that uses it', () => {
  const trusted = resourcesOf(template, 'AWS::IAM::Role').map(({ Properties }) => {
    const { Statement } = Properties['AssumeRolePolicyDocument'] as { Statement: object[] };
    expect(Statement).toMatchObject([{ Action: 'sts:AssumeRole', Effect: 'Allow' }]);
    return (Statement[0] as { Principal: { Service: string } }).Principal.Service;
  });
  expect(trusted.toSorted((a, b) => a.localeCompare(b))).toEqual([
    'forecast.amazonaws.com',
    'glue.amazonaws.com',
    'glue.amazonaws.com',
    'glue.amazonaws.com',
    // The trigger, the check of the config, and CDK's own function that empties the bucket.
    'lambda.amazonaws.com',
    'lambda.amazonaws.com',
    'lambda.amazonaws.com',
    'states.amazonaws.com',
  ]);
});

test('A6 A7 the jobs are Python shells with the script of the asset bucket', () => {
  const jobs = resourcesOf(template, 'AWS::Glue::Job');
  expect(jobs).toHaveLength(3);
  for (const { Properties } of jobs) {
    expect(Properties).toMatchObject({
      Command: { Name: 'pythonshell', PythonVersion: '3.9' },
      MaxCapacity: 1,
      Timeout: 300,
      DefaultArguments: { '--library-set': 'analytics' },
    });
    const { ScriptLocation } = Properties['Command'] as { ScriptLocation: unknown };
    expect(textOf(ScriptLocation)).toMatch(/^s3:\/\/cdk-hnb659fds-assets-.*\/[0-9a-f]{64}\.py$/);
  }
});

test('A8 A9 Ax11 Ax13 the functions have a current runtime, time enough and their environment', () => {
  const current = { Runtime: 'nodejs24.x', Handler: 'index.handler', Timeout: 60 };
  const functions = resourcesOf(template, 'AWS::Lambda::Function').map(({ Properties }) => Properties);
  expect(functions).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ ...current, FunctionName: 'Forecast-MLOps-Validate-Config' }),
      expect.objectContaining({
        ...current,
        FunctionName: 'Forecast-MLOps-Pipeline-Upload-Trigger',
        Environment: { Variables: { STEP_FUNCTIONS_ARN: expect.anything() } },
      }),
    ]),
  );
});

test('A10 Ax1 uploads of raw/*.zip, and of a key that is exactly raw, start the trigger', () => {
  expect(resourcesOf(template, 'AWS::S3::Bucket')[0]?.Properties).toMatchObject({
    NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
  });
  expect(resourcesOf(template, 'AWS::Events::Rule').map(({ Properties }) => Properties)).toMatchObject([
    {
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: {
          bucket: { name: [{ Ref: expect.stringContaining('ResourceBucket') }] },
          object: { key: [{ wildcard: 'raw/*.zip' }, 'raw'] },
        },
      },
      // An event that cannot be delivered is tried again for two hours.
      Targets: [{ RetryPolicy: { MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 7200 } }],
    },
  ]);
});

test('Ax7 runs are logged and traced', () => {
  expect(resourcesOf(template, 'AWS::StepFunctions::StateMachine')[0]?.Properties).toMatchObject({
    LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
    TracingConfiguration: { Enabled: true },
  });
});

test('Ax11 no role has a full-access policy, and no statement allows a whole service', () => {
  const managed = resourcesOf(template, 'AWS::IAM::Role').flatMap(({ Properties }) =>
    ((Properties['ManagedPolicyArns'] ?? []) as unknown[]).map(managedName),
  );
  expect(new Set(managed)).toEqual(new Set(['service-role/AWSLambdaBasicExecutionRole']));
  const actions = statementsOf(template).flatMap(({ Action }) => Action);
  expect(actions.filter((action) => /^\*$|:\*$/.test(action))).toEqual([]);
});

test('Ax11 only what AWS cannot limit to a resource is allowed on all', () => {
  const onAll = statementsOf(template).filter(({ Resource }) => Resource === '*');
  expect(new Set(onAll.flatMap(({ Action }) => Action))).toEqual(
    new Set([
      'xray:PutTraceSegments',
      'xray:PutTelemetryRecords',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'logs:CreateLogDelivery',
      'logs:GetLogDelivery',
      'logs:UpdateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:DescribeResourcePolicies',
      'logs:DescribeLogGroups',
      'forecast:ListPredictors',
      'forecast:CreateAutoPredictor',
      'cloudwatch:PutMetricData',
    ]),
  );
});

test('A3 Amazon Forecast reads input/ and writes export/, and gets the role only from this machine', () => {
  const passing = statementsOf(template).filter(({ Action }) => Action === 'iam:PassRole');
  expect(passing).toEqual([
    {
      Action: 'iam:PassRole',
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': [expect.stringContaining('ForecastRole'), 'Arn'] },
      Condition: { StringEquals: { 'iam:PassedToService': 'forecast.amazonaws.com' } },
    },
  ]);
  const [policy] = resourcesOf(template, 'AWS::IAM::Policy').filter(({ Properties }) =>
    textOf(Properties['PolicyName']).includes('ForecastRole'),
  );
  const allowed = JSON.stringify(policy?.Properties);
  expect(allowed).toContain('/input/*');
  expect(allowed).toContain('/export/*');
  expect(allowed).not.toMatch(/DeleteObject|\/raw|\/forecast\//);
});

test('Ax8 no id of a construct is an unfilled template', () => {
  const { Resources } = template.toJSON() as { Resources: object };
  expect(Object.keys(Resources).filter((id) => !/^[A-Za-z0-9]+$/.test(id))).toEqual([]);
  const stack = new ForecastMlopsPipelineStack(new App(), 'Ids');
  expect(stack.node.findAll().filter(({ node }) => /[${}]/.test(node.path))).toEqual([]);
});

test('Ax9 each option is optional, and scripts can be your own', () => {
  const script = new URL('./glue/postprocess.py', import.meta.url).pathname;
  const own = templateOf({ preprocessScript: script, maxUnzippedMegabytes: 7 });
  const scripts = (of: Template) =>
    resourcesOf(of, 'AWS::Glue::Job').map(({ Properties }) =>
      textOf((Properties['Command'] as { ScriptLocation: unknown }).ScriptLocation),
    );
  const [preprocess, postprocess] = scripts(own);
  expect(preprocess).toBe(postprocess);
  expect(scripts(template)[0]).not.toBe(preprocess);
  const [machine] = resourcesOf(own, 'AWS::StepFunctions::StateMachine');
  expect(textOf(machine?.Properties['DefinitionString'])).toContain('"--max_unzipped_mb":"7"');
});

test("the engine 'sagemaker' is refused at synthesis", () => {
  expect(() => templateOf({ engine: 'sagemaker' })).toThrow(
    "ForecastPipeline: engine 'sagemaker' is not supported by this version; use 'amazon-forecast'.",
  );
  expect(() => templateOf({ engine: 'amazon-forecast' })).not.toThrow();
});

function managedName(arn: unknown): string {
  return textOf(arn).replace(/^.*:iam::aws:policy\//, '');
}
