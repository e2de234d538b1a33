/** Names of states that other files lead to. Those of the published sample are kept. */
export const STATE = {
  begin: 'Begin',
  validate: 'Validate-Config',
  earlierRuns: 'List-Earlier-Runs',
  preprocess: 'Forecast-MLOps-Preprocess',
  dataset: 'Forecast-MLOps-Create-Dataset',
  datasetGroup: 'Forecast-MLOps-Create-Dataset-Group',
  importJob: 'Forecast-MLOps-Create-Dataset-Import-Job',
  predictorKind: 'Predictor-Or-AutoPredictor',
  predictor: 'Forecast-MLOps-Create-Predictor',
  autoPredictor: 'Forecast-MLOps-Create-AutoPredictor',
  accuracy: 'Get-Accuracy-Metrics',
  forecast: 'Forecast-MLOps-Create-Forecast',
  backtestExport: 'Create-Predictor-Backtest-Export-Job',
  backtestExportEnd: 'Backtest-Export-Started',
  postprocess: 'Forecast-MLOps-Postprocess',
  strategy: 'ForecastMLOpsPipelineStrategyChoice',
  deletion: 'Delete-Forecast-Resource',
  skipDeletion: 'ForecastMLOpsPipelineSkipDeletion',
  report: 'Forecast-MLOps-Report',
  outcome: 'Outcome',
} as const;

/** What the definition takes from the stack; values may be CDK tokens. */
export interface PipelineNames {
  readonly bucketName: string;
  readonly stateMachineArn: string;
  readonly forecastRoleArn: string;
  readonly validateConfigFunctionArn: string;
  readonly preprocessJobName: string;
  readonly postprocessJobName: string;
  readonly reportJobName: string;
  /** Archive with the parts of the report. */
  readonly reportParts: { readonly bucket: string; readonly key: string };
  /** Archive with what makes input files ordinary. */
  readonly inputParts: { readonly bucket: string; readonly key: string };
  readonly maxUnzippedMegabytes: number;
  readonly eventSource: string;
  /** Who is told how a run ended; nobody where it is absent. */
  readonly topicArn?: string | undefined;
  /** `arn:<partition>:forecast:<region>:<account>` */
  readonly forecastArn: string;
}
