import { FORECAST_MILESTONES } from '../milestones.ts';
import { awaitActive, GLUE_RETRIES, jsonata, loopStart, type State, type States, sdkCall } from './asl.ts';
import { type PipelineNames, STATE } from './names.ts';

/**
 * Exports the backtests for the report. The export begins before the forecast and is waited for after
 * it, so that both run at once. A run goes on without it.
 */
export function backtestExport(names: PipelineNames): States {
  const next = STATE.postprocess;
  const noted = {
    Catch: [
      {
        ErrorEquals: ['States.ALL'],
        Assign: { backtestFailure: jsonata('$states.errorOutput') },
        Next: 'Note-Backtest-Export-Failure',
      },
    ],
  };
  return {
    [STATE.backtestExport]: sdkCall(
      'forecast',
      'Forecast',
      'createPredictorBacktestExportJob',
      {
        PredictorBacktestExportJobName: jsonata('$predictorName'),
        PredictorArn: jsonata('$predictorArn'),
        Destination: {
          S3Config: {
            Path: jsonata(`'s3://${names.bucketName}/backtest/' & $uid & '/'`),
            RoleArn: names.forecastRoleArn,
          },
        },
      },
      {
        Assign: {
          backtestExportArn: jsonata('$states.result.PredictorBacktestExportJobArn'),
          ...loopStart('backtest'),
        },
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Assign: { notes: noteOf('$states.errorOutput.Cause') },
            Next: STATE.forecast,
          },
        ],
        Next: STATE.forecast,
      },
    ),
    [STATE.backtestExportEnd]: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata('$backtestExportArn != null'), Next: 'Describe-Predictor-Backtest-Export-Job' },
      ],
      Default: next,
    },
    ...awaitActive({
      name: 'Predictor-Backtest-Export-Job',
      action: 'describePredictorBacktestExportJob',
      argument: { PredictorBacktestExportJobArn: jsonata('$backtestExportArn') },
      next,
      variable: 'backtest',
      subject: "'The export of the backtests'",
      failed: 'Note-Backtest-Export-Failure',
      onError: noted,
    }),
    'Note-Backtest-Export-Failure': {
      Type: 'Pass',
      Assign: { notes: noteOf('$backtestFailure.Cause') },
      Next: next,
    },
  };
}

function noteOf(cause: string): string {
  return jsonata(`$append($notes, 'The backtests were not exported, so the report lacks them: ' & ${cause})`);
}

// A job's arguments are no place for the long text of a failure.
const LONGEST_CAUSE = 4000;

/** The report of the run, made however the run ended. That it could not be made is a remark. */
export function reporting(names: PipelineNames): States {
  const key = "'report/' & $uid & '.html'";
  const job: State = {
    '--bucket': names.bucketName,
    '--uid': jsonata('$uid'),
    '--execution_arn': jsonata('$states.context.Execution.Id'),
    '--run': jsonata(
      `$string({
        'notes': $notes,
        'metrics': $metrics,
        'failure': $failure = null ? null : {
          'Error': $failure.Error,
          'Cause': $substring($string($failure.Cause), 0, ${LONGEST_CAUSE})
        }
      })`,
    ),
    '--steps': JSON.stringify(FORECAST_MILESTONES),
    '--parts_bucket': names.reportParts.bucket,
    '--parts_key': names.reportParts.key,
  };
  return {
    [STATE.report]: {
      Type: 'Task',
      Resource: 'arn:aws:states:::glue:startJobRun.sync',
      Arguments: { JobName: names.reportJobName, Arguments: job },
      Retry: GLUE_RETRIES,
      // A job that somebody stopped ends the task well, and all the same made no report.
      Assign: {
        report: jsonata(
          `$states.result.JobRunState = 'SUCCEEDED' ? {'bucket': '${names.bucketName}', 'key': ${key}} : null`,
        ),
        notes: jsonata(
          `$states.result.JobRunState = 'SUCCEEDED' ? $notes : $append($notes, 'There is no report: its job ended ' & $states.result.JobRunState)`,
        ),
      },
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Assign: {
            notes: jsonata(
              `$append($notes, 'The report could not be made: ' & (
                $states.errorOutput.Error = 'States.TaskFailed'
                  ? $parse($states.errorOutput.Cause).ErrorMessage
                  : $states.errorOutput.Cause
              ))`,
            ),
          },
          Next: STATE.outcome,
        },
      ],
      Next: STATE.outcome,
    },
  };
}
