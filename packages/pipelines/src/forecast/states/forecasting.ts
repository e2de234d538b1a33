import { awaitActive, catchTo, forecastCall, glueJob, jsonata, loopStart, type States } from './asl.ts';
import { type PipelineNames, STATE } from './names.ts';

/** The forecast, its export, and the merge into one file. */
export function forecasting(names: PipelineNames): States {
  const failed = catchTo(STATE.strategy);
  const existing = (assign: Record<string, string>, next: string) => ({
    Catch: [
      { ErrorEquals: ['Forecast.ResourceAlreadyExistsException'], Assign: assign, Next: next },
      ...failed.Catch,
    ],
  });
  const note = (variable: string) => ({
    Type: 'Pass',
    Assign: { failure: jsonata(`$${variable}Failure`) },
    Next: STATE.strategy,
  });
  return {
    [STATE.forecast]: forecastCall(
      'createForecast',
      jsonata(
        `$merge([$config.Forecast, {
          'ForecastName': $config.Forecast.ForecastName & '_' & $uid,
          'PredictorArn': $predictorArn
        }])`,
      ),
      {
        Assign: {
          forecastName: jsonata("$config.Forecast.ForecastName & '_' & $uid"),
          forecastArn: jsonata('$states.result.ForecastArn'),
          ...loopStart('forecast'),
        },
        ...existing(
          {
            forecastName: jsonata("$config.Forecast.ForecastName & '_' & $uid"),
            forecastArn: jsonata(
              `'${names.forecastArn}:forecast/' & $config.Forecast.ForecastName & '_' & $uid`,
            ),
            forecastPolls: jsonata('0'),
          },
          'Describe-Forecast',
        ),
        Next: 'Describe-Forecast',
      },
    ),
    ...awaitActive({
      name: 'Forecast',
      action: 'describeForecast',
      argument: { ForecastArn: jsonata('$forecastArn') },
      next: 'Create-Forecast-Export-Job',
      variable: 'forecast',
      subject: "'The forecast ' & $forecastName",
      failed: 'Note-Forecast-Failure',
      onError: failed,
    }),
    'Note-Forecast-Failure': note('forecast'),

    'Create-Forecast-Export-Job': forecastCall(
      'createForecastExportJob',
      {
        ForecastExportJobName: jsonata('$forecastName'),
        ForecastArn: jsonata('$forecastArn'),
        Destination: {
          S3Config: {
            Path: jsonata(`'s3://${names.bucketName}/export/' & $uid & '/'`),
            RoleArn: names.forecastRoleArn,
          },
        },
      },
      {
        Assign: { exportArn: jsonata('$states.result.ForecastExportJobArn'), ...loopStart('export') },
        ...existing(
          {
            exportArn: jsonata(
              `'${names.forecastArn}:forecast-export-job/' & $forecastName & '/' & $forecastName`,
            ),
            exportPolls: jsonata('0'),
          },
          'Describe-Forecast-Export-Job',
        ),
        Next: 'Describe-Forecast-Export-Job',
      },
    ),
    ...awaitActive({
      name: 'Forecast-Export-Job',
      action: 'describeForecastExportJob',
      argument: { ForecastExportJobArn: jsonata('$exportArn') },
      next: STATE.backtestExportEnd,
      variable: 'export',
      subject: "'The export of forecast ' & $forecastName",
      failed: 'Note-Export-Failure',
      onError: failed,
    }),
    'Note-Export-Failure': note('export'),

    ...glueJob(STATE.postprocess, {
      jobName: names.postprocessJobName,
      arguments: { '--bucket': names.bucketName, '--uid': jsonata('$uid') },
      next: STATE.strategy,
      failed: STATE.strategy,
    }),
  };
}
