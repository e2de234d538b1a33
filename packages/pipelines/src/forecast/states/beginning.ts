import { catchTo, glueJob, jsonata, type States, sdkCall } from './asl.ts';
import { type PipelineNames, STATE } from './names.ts';

/**
 * Checks the config before anything is created, waits for runs that began earlier (runs share the
 * dataset group and the folder input/, so they go one after the other), and unpacks the upload.
 */
export function beginning(names: PipelineNames): States {
  const failed = catchTo(STATE.strategy);
  return {
    [STATE.begin]: {
      Type: 'Pass',
      Assign: {
        uid: jsonata('$states.input.uid'),
        config: jsonata('$exists($states.input.config) ? $states.input.config : {}'),
        source: jsonata('$states.input.source'),
        failure: null,
        metrics: null,
        notes: [],
        backtestExportArn: null,
        report: null,
        // What this run made itself, and so may remove when it fails.
        groupArn: null,
        ownsGroup: false,
        predictorArn: null,
        ownDatasets: [],
        datasets: [],
      },
      Next: STATE.validate,
    },
    [STATE.validate]: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: names.validateConfigFunctionArn, Payload: jsonata('$states.input') },
      Assign: {
        kinds: jsonata('$states.result.Payload.kinds'),
        notes: jsonata('$states.result.Payload.notes'),
      },
      Retry: [
        {
          ErrorEquals: [
            'Lambda.ServiceException',
            'Lambda.AWSLambdaException',
            'Lambda.SdkClientException',
            'Lambda.TooManyRequestsException',
          ],
          IntervalSeconds: 2,
          MaxAttempts: 6,
          BackoffRate: 2,
        },
      ],
      ...catchTo('Note-Invalid-Config'),
      Next: STATE.earlierRuns,
    },
    // The function's error comes as JSON; its message is what the user has to read.
    'Note-Invalid-Config': {
      Type: 'Pass',
      Assign: {
        config: { PerformDelete: false },
        failure: {
          Error: jsonata('$failure.Error'),
          Cause: jsonata(
            "($failure.Error = 'InvalidConfig') ? $parse($failure.Cause).errorMessage : $failure.Cause",
          ),
        },
      },
      Next: STATE.strategy,
    },
    [STATE.earlierRuns]: sdkCall(
      'sfn',
      'Sfn',
      'listExecutions',
      { StateMachineArn: names.stateMachineArn, StatusFilter: 'RUNNING', MaxResults: 1000 },
      {
        Assign: {
          earlierRuns: jsonata(
            `(
              $own := $states.context.Execution;
              $began := $toMillis($own.StartTime);
              $count($states.result.Executions[
                $toMillis(StartDate) < $began or ($toMillis(StartDate) = $began and Name < $own.Name)
              ])
            )`,
          ),
        },
        ...failed,
        Next: 'Earlier-Runs-Ended',
      },
    ),
    'Earlier-Runs-Ended': {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$earlierRuns = 0'), Next: STATE.preprocess }],
      Default: 'Wait-For-Earlier-Runs',
    },
    'Wait-For-Earlier-Runs': { Type: 'Wait', Seconds: 60, Next: STATE.earlierRuns },
    ...glueJob(STATE.preprocess, {
      jobName: names.preprocessJobName,
      arguments: {
        '--bucket': names.bucketName,
        '--key': jsonata('$source.key'),
        '--etag': jsonata('$source.etag'),
        '--kinds': jsonata('$string($kinds)'),
        '--max_unzipped_mb': String(names.maxUnzippedMegabytes),
        '--uid': jsonata('$uid'),
        '--schemas': jsonata(
          '$string($merge($each($config.Dataset, function($dataset, $kind) {{$kind: [$dataset.Schema.Attributes]}})))',
        ),
        '--timestamp_format': jsonata(
          "$exists($config.TimestampFormat) ? $config.TimestampFormat : 'yyyy-MM-dd HH:mm:ss'",
        ),
        '--parts_bucket': names.inputParts.bucket,
        '--parts_key': names.inputParts.key,
      },
      next: 'Read-Input-Notes',
      failed: STATE.strategy,
    }),
    // Notes are remarks: a script of the user's own may leave none.
    'Read-Input-Notes': sdkCall(
      's3',
      'S3',
      'getObject',
      { Bucket: names.bucketName, Key: jsonata("'notes/' & $uid & '.json'") },
      {
        Assign: { notes: jsonata('$append($notes, $parse($states.result.Body))') },
        Catch: [{ ErrorEquals: ['States.ALL'], Next: STATE.dataset }],
        Next: STATE.dataset,
      },
    ),
  };
}
