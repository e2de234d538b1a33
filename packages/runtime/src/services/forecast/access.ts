import type { NeedsOf, ServiceAccess } from '../../access/needs.ts';

const S3_CONFIGS = ['DataSource.S3Config.RoleArn', 'Destination.S3Config.RoleArn'];

/**
 * New resources are asked for by the ARN that they get: the service authorization reference lists each
 * operation under the type that it makes.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonforecast.html
 */
export const forecastAccess: ServiceAccess = {
  prefix: 'forecast',
  resources: [
    ...['{ResourceArn}', '{DatasetImportJobArn}', '{ForecastExportJobArn}'],
    ...['{PredictorBacktestExportJobArn}', '{ForecastArn}', '{PredictorArn}', '{DatasetGroupArn}'],
    ...['{DatasetArn}', '*'],
  ],
  passes: { service: 'forecast.amazonaws.com', members: [...S3_CONFIGS, 'EncryptionConfig.RoleArn'] },
  operations: {
    CreateDataset: { resources: ['dataset/{DatasetName}'] },
    CreateDatasetGroup: { resources: ['dataset-group/{DatasetGroupName}'] },
    CreateDatasetImportJob: made('dataset-import-job', 'DatasetArn', 'DatasetImportJobName'),
    CreatePredictor: { resources: ['predictor/{PredictorName}'] },
    // Its ARN ends in letters that nobody knows before; it can be allowed on everything only.
    CreateAutoPredictor: { resources: [] },
    CreatePredictorBacktestExportJob: made(
      'predictor-backtest-export-job',
      'PredictorArn',
      'PredictorBacktestExportJobName',
    ),
    CreateForecast: { resources: ['forecast/{ForecastName}'] },
    CreateForecastExportJob: made('forecast-export-job', 'ForecastArn', 'ForecastExportJobName'),
  },
};

/** A resource under the name of what it is made of: `dataset-import-job/<dataset>/<name>`. */
function made(type: string, origin: string, name: string): NeedsOf {
  return (input: Readonly<Record<string, string>>, { account, region }, operation) => {
    const path = `${input[origin]?.split('/').at(-1)}/${input[name]}`;
    return [
      {
        action: `forecast:${operation}`,
        resource: `arn:aws:forecast:${region}:${account}:${type}/${path}`,
      },
    ];
  };
}
