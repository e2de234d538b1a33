import { defineService } from '../../dispatch/service.ts';
import { forecastAccess } from './access.ts';
import { datasetGroupOperations } from './datasets/dataset-groups.ts';
import { datasetOperations } from './datasets/datasets.ts';
import { importJobOperations } from './datasets/import-jobs.ts';
import { DELETION_ORDER, deletionOrder, resourceTreeOperations } from './deletion.ts';
import { EVENT_ORDER, eventOrder } from './events.ts';
import { forecastExportOperations } from './forecasts/forecast-exports.ts';
import { ForecastIndexes } from './forecasts/forecast-index.ts';
import { forecastOperations } from './forecasts/forecasts.ts';
import { queryOperations } from './forecasts/query.ts';
import { Estimates } from './jobs/estimates.ts';
import { backtestExportStep, forecastExportStep } from './jobs/export-steps.ts';
import { forecastStep } from './jobs/forecast-step.ts';
import { importStep } from './jobs/import-step.ts';
import { defineStepJob } from './jobs/step-jobs.ts';
import { trainStep } from './jobs/train-step.ts';
import type { Parts } from './lifecycle.ts';
import { catalogOf } from './predictors/algorithms.ts';
import { autoPredictorOperations } from './predictors/auto-predictors.ts';
import { backtestExportOperations } from './predictors/backtest-exports.ts';
import { legacyPredictorOperations } from './predictors/legacy-predictors.ts';
import { predictorOperations } from './predictors/predictors.ts';
import { datasetResource } from './resources/dataset.ts';
import { datasetGroupResource } from './resources/dataset-group.ts';
import { Resources, resourcesSchema } from './resources-table.ts';
import { stoppingOperations } from './stopping.ts';
import { tagOperations } from './tags.ts';
import { unsupported } from './unsupported.ts';

/** Amazon Forecast and its query API: time series in, probabilistic forecasts out. */
export const forecast = defineService({
  name: 'forecast',
  models: ['forecast', 'forecastquery'],
  schema: [resourcesSchema],
  unsupported,
  create(host) {
    const parts: Parts = { host, resources: new Resources(host.database) };
    const estimates = new Estimates();
    const indexes = new ForecastIndexes();
    let stopping = false;
    const isStopping = () => stopping;
    defineStepJob(parts, importStep(parts), estimates, isStopping);
    defineStepJob(parts, trainStep(parts), estimates, isStopping);
    defineStepJob(parts, backtestExportStep(parts), estimates, isStopping);
    defineStepJob(parts, forecastStep(parts), estimates, isStopping);
    defineStepJob(parts, forecastExportStep(parts), estimates, isStopping);
    return {
      access: forecastAccess,
      operations: {
        ...datasetOperations(parts),
        ...datasetGroupOperations(parts),
        ...importJobOperations(parts, estimates),
        ...legacyPredictorOperations(parts, catalogOf(host), estimates),
        ...autoPredictorOperations(parts, estimates),
        ...predictorOperations(parts),
        ...backtestExportOperations(parts),
        ...forecastOperations(parts, estimates),
        ...forecastExportOperations(parts),
        ...queryOperations(parts, indexes),
        ...resourceTreeOperations(parts),
        ...stoppingOperations(parts),
        ...tagOperations(parts),
      },
      orders: {
        [EVENT_ORDER]: eventOrder(host),
        [DELETION_ORDER]: deletionOrder(parts, (files) => indexes.close(files)),
      },
      resources: {
        'AWS::Forecast::Dataset': datasetResource(host),
        'AWS::Forecast::DatasetGroup': datasetGroupResource(host),
      },
      stop() {
        stopping = true;
        indexes.closeAll();
      },
    };
  },
});
