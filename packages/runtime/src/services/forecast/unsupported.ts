const EXPLAINABILITY = 'explainability comes in a later version';
const MONITORS = 'predictor monitors come in a later version';
const WHAT_IF = 'what-if analysis comes in a later version';

/** Operations that this version does not serve, with the reason. */
export const unsupported: Readonly<Record<string, string>> = {
  CreateExplainability: EXPLAINABILITY,
  CreateExplainabilityExport: EXPLAINABILITY,
  DeleteExplainability: EXPLAINABILITY,
  DeleteExplainabilityExport: EXPLAINABILITY,
  DescribeExplainability: EXPLAINABILITY,
  DescribeExplainabilityExport: EXPLAINABILITY,
  ListExplainabilities: EXPLAINABILITY,
  ListExplainabilityExports: EXPLAINABILITY,
  CreateMonitor: MONITORS,
  DeleteMonitor: MONITORS,
  DescribeMonitor: MONITORS,
  ListMonitors: MONITORS,
  ListMonitorEvaluations: MONITORS,
  ResumeResource: 'only monitors can be resumed, and they come in a later version',
  CreateWhatIfAnalysis: WHAT_IF,
  CreateWhatIfForecast: WHAT_IF,
  CreateWhatIfForecastExport: WHAT_IF,
  DeleteWhatIfAnalysis: WHAT_IF,
  DeleteWhatIfForecast: WHAT_IF,
  DeleteWhatIfForecastExport: WHAT_IF,
  DescribeWhatIfAnalysis: WHAT_IF,
  DescribeWhatIfForecast: WHAT_IF,
  DescribeWhatIfForecastExport: WHAT_IF,
  ListWhatIfAnalyses: WHAT_IF,
  ListWhatIfForecasts: WHAT_IF,
  ListWhatIfForecastExports: WHAT_IF,
  QueryWhatIfForecast: WHAT_IF,
};
