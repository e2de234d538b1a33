import { awaitActive, catchTo, forecastCall, jsonata, loopStart, type States, sdkCall } from './asl.ts';
import { type PipelineNames, STATE } from './names.ts';

/** Predictor or AutoPredictor, its accuracy, and the metrics that CloudWatch gets. */
export function training(names: PipelineNames): States {
  const failed = catchTo(STATE.strategy);
  const predictorName = (block: string) => `$config.${block}.PredictorName & '_' & $uid`;
  const predictorStart = loopStart('predictor');
  return {
    [STATE.predictorKind]: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata('$exists($config.AutoPredictor)'),
          Assign: {
            predictorAction: 'AutoPredictor',
            predictorName: jsonata(predictorName('AutoPredictor')),
            ...predictorStart,
          },
          Next: STATE.autoPredictor,
        },
      ],
      Assign: {
        predictorAction: 'Predictor',
        predictorName: jsonata(predictorName('Predictor')),
        ...predictorStart,
      },
      Default: STATE.predictor,
    },

    [STATE.predictor]: forecastCall(
      'createPredictor',
      jsonata(
        `$merge([$config.Predictor, {
          'PredictorName': $predictorName,
          'InputDataConfig': $merge([$config.Predictor.InputDataConfig, {'DatasetGroupArn': $groupArn}])
        }])`,
      ),
      {
        Assign: { predictorArn: jsonata('$states.result.PredictorArn') },
        Catch: [
          {
            ErrorEquals: ['Forecast.ResourceAlreadyExistsException'],
            Assign: { predictorArn: jsonata(`'${names.forecastArn}:predictor/' & $predictorName`) },
            Next: 'Describe-Predictor',
          },
          ...failed.Catch,
        ],
        Next: 'Describe-Predictor',
      },
    ),
    ...awaitActive({
      name: 'Predictor',
      action: 'describePredictor',
      argument: { PredictorArn: jsonata('$predictorArn') },
      next: STATE.accuracy,
      variable: 'predictor',
      subject: "'The predictor ' & $predictorName",
      failed: 'Note-Predictor-Failure',
      onError: failed,
    }),

    [STATE.autoPredictor]: forecastCall(
      'createAutoPredictor',
      jsonata(
        `$merge([$config.AutoPredictor, {
          'PredictorName': $predictorName,
          'DataConfig': $merge([$config.AutoPredictor.DataConfig, {'DatasetGroupArn': $groupArn}])
        }])`,
      ),
      {
        Assign: { predictorArn: jsonata('$states.result.PredictorArn') },
        Catch: [
          { ErrorEquals: ['Forecast.ResourceAlreadyExistsException'], Next: 'Find-AutoPredictor' },
          ...failed.Catch,
        ],
        Next: 'Describe-AutoPredictor',
      },
    ),
    // An AutoPredictor's ARN does not follow from its name.
    'Find-AutoPredictor': forecastCall(
      'listPredictors',
      { Filters: [{ Key: 'DatasetGroupArn', Value: jsonata('$groupArn'), Condition: 'IS' }] },
      {
        Assign: {
          predictorArn: jsonata('$states.result.Predictors[PredictorName = $predictorName].PredictorArn'),
        },
        ...failed,
        Next: 'Describe-AutoPredictor',
      },
    ),
    ...awaitActive({
      name: 'AutoPredictor',
      action: 'describeAutoPredictor',
      argument: { PredictorArn: jsonata('$predictorArn') },
      next: STATE.accuracy,
      variable: 'predictor',
      subject: "'The predictor ' & $predictorName",
      failed: 'Note-Predictor-Failure',
      onError: failed,
    }),
    'Note-Predictor-Failure': {
      Type: 'Pass',
      Assign: { failure: jsonata('$predictorFailure') },
      Next: STATE.strategy,
    },

    [STATE.accuracy]: forecastCall(
      'getAccuracyMetrics',
      { PredictorArn: jsonata('$predictorArn') },
      {
        Assign: { metrics: jsonata(METRICS) },
        ...failed,
        Next: 'Publish-Accuracy-Metrics',
      },
    ),
    'Publish-Accuracy-Metrics': sdkCall(
      'cloudwatch',
      'CloudWatch',
      'putMetricData',
      { Namespace: 'FORECAST', MetricData: jsonata(METRIC_DATA) },
      { ...failed, Next: STATE.backtestExport },
    ),
  };
}

/**
 * The accuracy of the first evaluation result: the algorithm's name, then one entry per window, the
 * summary first; window times as `YYYYMMDDTHHMMSS`.
 */
const METRICS = `(
  $stamp := function($time) { $fromMillis($toMillis($time), '[Y0001][M01][D01]T[H01][m01][s01]') };
  $result := $states.result.PredictorEvaluationResults[0];
  {
    'Algorithm': $exists($result.AlgorithmArn) ? $substringAfter($result.AlgorithmArn, 'algorithm/') : 'AutoPredictor',
    'TestWindows': [$result.TestWindows.$merge([
      $,
      $exists(TestWindowStart) ? {'TestWindowStart': $stamp(TestWindowStart)} : {},
      $exists(TestWindowEnd) ? {'TestWindowEnd': $stamp(TestWindowEnd)} : {}
    ])]
  }
)`;

/** A25: WQL by algorithm and quantile, RMSE by algorithm; and the service's other measures beside them. */
const METRIC_DATA = `(
  $measured := $metrics.TestWindows[0].Metrics;
  $algorithm := {'Name': 'Algorithm', 'Value': $metrics.Algorithm};
  $single := function($name, $value) {
    $exists($value) ? {'MetricName': $name, 'Unit': 'None', 'Value': $value, 'Dimensions': [$algorithm]}
  };
  $errors := $measured.ErrorMetrics[0];
  [
    $measured.WeightedQuantileLosses.{
      'MetricName': 'WQL', 'Unit': 'None', 'Value': LossValue,
      'Dimensions': [$algorithm, {'Name': 'Quantile', 'Value': $string(Quantile)}]
    },
    $single('RMSE', $exists($errors.RMSE) ? $errors.RMSE : $measured.RMSE),
    $single('AverageWQL', $measured.AverageWeightedQuantileLoss),
    $single('WAPE', $errors.WAPE),
    $single('MASE', $errors.MASE),
    $single('MAPE', $errors.MAPE)
  ]
)`;
