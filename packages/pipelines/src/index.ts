export {
  type ForecastEngine,
  type ForecastNotification,
  ForecastPipeline,
  type ForecastPipelineProps,
} from './forecast/forecast-pipeline.ts';
export { ForecastMlopsPipelineStack } from './forecast/forecast-stack.ts';
