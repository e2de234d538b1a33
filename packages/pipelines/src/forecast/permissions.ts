import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { PythonShellJob } from 'aws-cdk-lib/aws-glue';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { PipelineNames } from './states/names.ts';

/** What the state machine may do: the calls in its definition, on what they name, and nothing else. */
export function stateMachinePermissions(
  parts: PipelineNames & { readonly jobs: readonly PythonShellJob[]; readonly notesArn: string },
): PolicyStatement[] {
  const { forecastArn, stateMachineArn, forecastRoleArn, jobs, topicArn } = parts;
  const eventBus = Stack.of(jobs[0]!).formatArn({
    service: 'events',
    resource: 'event-bus',
    resourceName: 'default',
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  return [
    new PolicyStatement({ actions: ['states:ListExecutions'], resources: [stateMachineArn] }),
    new PolicyStatement({
      actions: ['glue:StartJobRun', 'glue:GetJobRun', 'glue:GetJobRuns', 'glue:BatchStopJobRun'],
      resources: jobs.map(({ jobArn }) => jobArn),
    }),
    new PolicyStatement({
      actions: [
        'forecast:CreateDataset',
        'forecast:DescribeDataset',
        'forecast:CreateDatasetGroup',
        'forecast:DescribeDatasetGroup',
        'forecast:UpdateDatasetGroup',
        'forecast:CreateDatasetImportJob',
        'forecast:DescribeDatasetImportJob',
        'forecast:CreatePredictor',
        'forecast:DescribePredictor',
        'forecast:DescribeAutoPredictor',
        'forecast:GetAccuracyMetrics',
        'forecast:CreatePredictorBacktestExportJob',
        'forecast:DescribePredictorBacktestExportJob',
        'forecast:CreateForecast',
        'forecast:DescribeForecast',
        'forecast:CreateForecastExportJob',
        'forecast:DescribeForecastExportJob',
        'forecast:DeleteResourceTree',
      ],
      // The names come from the config of each run.
      resources: [`${forecastArn}:*`],
    }),
    // Lists cannot be limited to resources, nor can this one creation.
    new PolicyStatement({
      actions: ['forecast:ListPredictors', 'forecast:CreateAutoPredictor'],
      resources: ['*'],
    }),
    new PolicyStatement({
      actions: ['iam:PassRole'],
      resources: [forecastRoleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'forecast.amazonaws.com' } },
    }),
    new PolicyStatement({
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': 'FORECAST' } },
    }),
    new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: [parts.notesArn],
    }),
    new PolicyStatement({ actions: ['events:PutEvents'], resources: [eventBus] }),
    ...(topicArn === undefined
      ? []
      : [new PolicyStatement({ actions: ['sns:Publish'], resources: [topicArn] })]),
  ];
}
