import { forecastCall, jsonata, type States, sdkCall } from './asl.ts';
import { type PipelineNames, STATE } from './names.ts';
import { notifications } from './notifications.ts';

/**
 * Cleans up as the config says and tells how the run ended. A run that failed removes only what it made
 * itself: resources that were there before stay. Files in the bucket always stay.
 */
export function ending(names: PipelineNames): States {
  const { topicArn } = names;
  const told = { success: 'Succeeded', failure: 'Failed' };
  if (topicArn !== undefined) Object.assign(told, { success: 'Notify-Success', failure: 'Notify-Failure' });
  return {
    [STATE.strategy]: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata(
            '$config.PerformDelete = true and $groupArn != null and ($failure = null or $ownsGroup)',
          ),
          Assign: { deletable: jsonata('$failure = null ? [$datasets.arn] : $ownDatasets') },
          Next: STATE.deletion,
        },
        {
          Condition: jsonata('$config.PerformDelete = true and $predictorArn != null'),
          Assign: { deletable: jsonata('$ownDatasets') },
          Next: 'Delete-Own-Predictor',
        },
        {
          Condition: jsonata('$config.PerformDelete = true and $count($ownDatasets) > 0'),
          Assign: { deletable: jsonata('$ownDatasets') },
          Next: 'Delete-Datasets',
        },
      ],
      Default: STATE.skipDeletion,
    },
    [STATE.skipDeletion]: { Type: 'Pass', Next: STATE.report },

    // The tree of a group holds predictors, forecasts and their exports, not the datasets.
    [STATE.deletion]: forecastCall(
      'deleteResourceTree',
      { ResourceArn: jsonata('$groupArn') },
      {
        Catch: [
          { ErrorEquals: ['Forecast.ResourceNotFoundException'], Next: 'Delete-Datasets' },
          ...noteCleanupFailure(STATE.report),
        ],
        Next: 'Describe-Deleted-Group',
      },
    ),
    ...awaitGone({
      describe: 'Describe-Deleted-Group',
      action: 'describeDatasetGroup',
      argument: { DatasetGroupArn: jsonata('$groupArn') },
      gone: 'Delete-Datasets',
      failed: 'Note-Not-Deleted',
      catches: noteCleanupFailure(STATE.report),
    }),
    'Note-Not-Deleted': {
      Type: 'Pass',
      Assign: { failure: jsonata(`$failure != null ? $failure : ${NOT_DELETED}`) },
      Next: STATE.report,
    },
    ...ownPredictorDeletion(),
    'Delete-Datasets': {
      Type: 'Map',
      Items: jsonata('$deletable'),
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...datasetDeletion() },
      Catch: noteCleanupFailure(STATE.report),
      Next: STATE.report,
    },

    [STATE.outcome]: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$failure = null'), Next: 'Tell-Success' }],
      Default: 'Tell-Failure',
    },
    'Tell-Success': tell(
      names,
      'Forecast Pipeline Succeeded',
      `{'uid': $uid, 'bucket': '${names.bucketName}', 'key': 'forecast/' & $uid & '.csv', 'metrics': $metrics}`,
      {
        // The forecast is there; that nobody could be told is a remark.
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Assign: { notes: jsonata("$append($notes, 'No event was sent: ' & $states.errorOutput.Cause)") },
            Next: told.success,
          },
        ],
        Next: told.success,
      },
    ),
    ...(topicArn !== undefined && notifications(topicArn, { success: 'Succeeded', failure: 'Failed' })),
    Succeeded: {
      Type: 'Succeed',
      Output: {
        uid: jsonata('$uid'),
        config: jsonata('$config'),
        source: jsonata('$source'),
        metrics: jsonata('$metrics'),
        forecast: { bucket: names.bucketName, key: jsonata("'forecast/' & $uid & '.csv'") },
        report: jsonata('$report'),
        notes: jsonata('$notes'),
      },
    },
    'Tell-Failure': tell(
      names,
      'Forecast Pipeline Failed',
      "{'uid': $uid, 'source': $source, 'error': $failure.Error, 'cause': $failure.Cause}",
      {
        // The real reason must come out even when nobody can be told.
        Catch: [{ ErrorEquals: ['States.ALL'], Next: told.failure }],
        Next: told.failure,
      },
    ),
    Failed: { Type: 'Fail', Error: jsonata('$failure.Error'), Cause: jsonata('$failure.Cause') },
  };
}

/** An event on the default bus that any rule can catch. */
function tell(names: PipelineNames, detailType: string, detail: string, rest: Record<string, unknown>) {
  return sdkCall(
    'eventbridge',
    'EventBridge',
    'putEvents',
    {
      Entries: [{ Source: names.eventSource, DetailType: detailType, Detail: jsonata(`$string(${detail})`) }],
    },
    rest,
  );
}

const NOT_DELETED_TEXT = 'the service reports DELETE_FAILED';
const NOT_DELETED = `{'Error': 'CleanupFailed', 'Cause': 'The forecast is in the bucket, but its resources could not be deleted: ${NOT_DELETED_TEXT}'}`;

/** A cleanup that fails must not hide an earlier failure. */
function noteCleanupFailure(next: string): unknown[] {
  return [
    {
      ErrorEquals: ['States.ALL'],
      Assign: {
        failure: jsonata(
          "$failure != null ? $failure : {'Error': 'CleanupFailed', 'Cause': 'The forecast is in the bucket, but its resources could not be deleted: ' & $states.errorOutput.Cause}",
        ),
      },
      Next: next,
    },
  ];
}

interface Gone {
  readonly describe: string;
  readonly action: string;
  readonly argument: unknown;
  readonly gone: string;
  readonly failed: string;
  readonly catches: readonly unknown[];
}

/** A loop until Describe no longer finds the resource. */
function awaitGone({ describe, action, argument, gone, failed, catches }: Gone): States {
  const wait = `${describe}-Later`;
  const check = `${describe}-Check`;
  return {
    [describe]: forecastCall(action, argument, {
      Output: jsonata('$states.result.Status'),
      Catch: [{ ErrorEquals: ['Forecast.ResourceNotFoundException'], Next: gone }, ...catches],
      Next: check,
    }),
    [check]: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata("$states.input = 'DELETE_FAILED'"), Next: failed }],
      Default: wait,
    },
    [wait]: { Type: 'Wait', Seconds: 15, Next: describe },
  };
}

/** What a failed run trained in a group of an earlier one: the predictor, with its forecasts and exports. */
function ownPredictorDeletion(): States {
  const gone = (kind: string) =>
    awaitGone({
      describe: `Describe-Deleted-${kind}`,
      action: `describe${kind}`,
      argument: { PredictorArn: jsonata('$predictorArn') },
      gone: 'Delete-Datasets',
      failed: 'Note-Not-Deleted',
      catches: noteCleanupFailure(STATE.report),
    });
  return {
    'Delete-Own-Predictor': forecastCall(
      'deleteResourceTree',
      { ResourceArn: jsonata('$predictorArn') },
      {
        Catch: [
          { ErrorEquals: ['Forecast.ResourceNotFoundException'], Next: 'Delete-Datasets' },
          ...noteCleanupFailure(STATE.report),
        ],
        Next: 'Own-Predictor-Kind',
      },
    ),
    'Own-Predictor-Kind': {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata("$predictorAction = 'AutoPredictor'"),
          Next: 'Describe-Deleted-AutoPredictor',
        },
      ],
      Default: 'Describe-Deleted-Predictor',
    },
    ...gone('Predictor'),
    ...gone('AutoPredictor'),
  };
}

function datasetDeletion() {
  return {
    StartAt: 'Dataset-To-Delete',
    States: {
      'Dataset-To-Delete': {
        Type: 'Pass',
        Assign: { deletedArn: jsonata('$states.input') },
        Next: 'Delete-Dataset',
      },
      'Delete-Dataset': forecastCall(
        'deleteResourceTree',
        { ResourceArn: jsonata('$deletedArn') },
        {
          Catch: [{ ErrorEquals: ['Forecast.ResourceNotFoundException'], Next: 'Dataset-Gone' }],
          Next: 'Describe-Deleted-Dataset',
        },
      ),
      ...awaitGone({
        describe: 'Describe-Deleted-Dataset',
        action: 'describeDataset',
        argument: { DatasetArn: jsonata('$deletedArn') },
        gone: 'Dataset-Gone',
        failed: 'Dataset-Not-Deleted',
        catches: [],
      }),
      'Dataset-Not-Deleted': { Type: 'Fail', Error: 'CleanupFailed', Cause: NOT_DELETED_TEXT },
      'Dataset-Gone': { Type: 'Succeed' },
    },
  };
}
