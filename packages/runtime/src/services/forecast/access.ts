import type { ServiceAccess } from '../../access/needs.ts';

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
    CreateDatasetImportJob: { resources: ['dataset-import-job/*'] },
    CreatePredictor: { resources: ['predictor/{PredictorName}'] },
    CreateAutoPredictor: { resources: ['predictor/{PredictorName}*'] },
    CreatePredictorBacktestExportJob: { resources: ['predictor-backtest-export-job/*'] },
    CreateForecast: { resources: ['forecast/{ForecastName}'] },
    CreateForecastExportJob: { resources: ['forecast-export-job/*'] },
  },
};
