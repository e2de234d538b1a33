import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, test } from 'vitest';
import type { ForecastPipelineProps } from './forecast-pipeline.ts';
import { ForecastMlopsPipelineStack } from './forecast-stack.ts';

const READING = "CDK's grantRead: reading an object needs its attributes too, and nothing of it can write";
const OWN_FOLDER = 'one folder of the pipeline’s own bucket, whose objects are named by each run';

/** Findings of the pack AwsSolutions that are accepted, each with its reason. */
const ACKNOWLEDGED: Readonly<Record<string, string>> = {
  'AwsSolutions-S1':
    'Access logs need a second bucket; who wants them sets serverAccessLogsBucket on pipeline.bucket',
  'AwsSolutions-GL1': 'The jobs log file names and row counts, never data',
  'AwsSolutions-GL3': 'Job bookmarks are not used',
  'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]':
    'Writing its own logs is all that this policy allows to a function',
  'AwsSolutions-IAM5[Action::s3:GetObject*]': READING,
  'AwsSolutions-IAM5[Action::s3:GetBucket*]': READING,
  'AwsSolutions-IAM5[Action::s3:List*]': READING,
  'AwsSolutions-IAM5[Action::s3:Abort*]': "CDK's grantPut: an upload in parts that failed is given up",
  'AwsSolutions-IAM5[Resource::<bucket>/input/*]': OWN_FOLDER,
  'AwsSolutions-IAM5[Resource::<bucket>/notes/*]': OWN_FOLDER,
  'AwsSolutions-IAM5[Resource::<bucket>/export/*]': OWN_FOLDER,
  'AwsSolutions-IAM5[Resource::<bucket>/raw/*]': OWN_FOLDER,
  'AwsSolutions-IAM5[Resource::<bucket>/forecast/*]': OWN_FOLDER,
  'AwsSolutions-IAM5[Resource::<bucket>/backtest/*]': OWN_FOLDER,
  'AwsSolutions-IAM5[Resource::<bucket>/report/*]': OWN_FOLDER,
  'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*]':
    'Each job reads its script among the assets, whose name is a hash that changes with the script',
  'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws-glue/*]':
    'Glue names the streams of its own log groups',
  'AwsSolutions-IAM5[Resource::*]':
    'X-Ray, log delivery, ListPredictors and PutMetricData know no resources; PutMetricData is limited to its namespace',
  'AwsSolutions-IAM5[Resource::<validate>:*]': 'Versions of the one function that the state machine calls',
  'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:forecast:<AWS::Region>:<AWS::AccountId>:*]':
    'The config of each run names the resources; the actions are the listed ones only',
  'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:Forecast-MLOps-Pipeline:*]':
    'Runs of the one state machine, named by their uploads',
};

/** A finding without the hashes of logical ids. */
function plain(finding: string): string {
  return finding
    .replace(/<ForecastPipelineResourceBucket\w+\.Arn>/, '<bucket>')
    .replace(/<ForecastPipelineValidateConfig\w+\.Arn>/, '<validate>');
}

function findings(props: ForecastPipelineProps = {}): string[] {
  const stack = new ForecastMlopsPipelineStack(new App(), 'ForecastMlopsPipelineStack', props);
  const { violations } = new AwsSolutionsChecks(stack).validateScope(stack);
  return [...new Set(violations.map(({ ruleName }) => plain(ruleName)))].sort();
}

test('Ax11 cdk-nag finds nothing that is not acknowledged with a reason, and nothing acknowledged is stale', () => {
  expect(findings()).toEqual(Object.keys(ACKNOWLEDGED).sort());
});

test('Ax11 notifications add no finding', () => {
  expect(findings({ notify: { email: 'you@example.com' } })).toEqual(Object.keys(ACKNOWLEDGED).sort());
});
