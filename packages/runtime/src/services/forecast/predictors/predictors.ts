import type { Forecast } from '@aws-sdk/client-forecast';
import type { Operations } from '../../../dispatch/service.ts';
import { beginDeletion } from '../deletion.ts';
import { type Parts, requireActive, times } from '../lifecycle.ts';
import { listPage } from '../lists.ts';
import { referenceSummary } from './auto-predictors.ts';

/** What both kinds of predictors share: ListPredictors, GetAccuracyMetrics, DeletePredictor. */
export function predictorOperations(parts: Parts) {
  const { resources } = parts;
  return {
    ListPredictors(input, context) {
      const { page, NextToken } = listPage(resources, context, 'predictor', input, {
        DatasetGroupArn: ({ parent }) => parent,
        Status: ({ status }) => status,
      });
      const Predictors = page.map((predictor) => ({
        PredictorArn: predictor.arn,
        PredictorName: predictor.name,
        DatasetGroupArn: predictor.parent,
        IsAutoPredictor: predictor.auto,
        ReferencePredictorSummary: referenceSummary(resources, context, predictor),
        Status: predictor.status,
        Message: predictor.message,
        ...times(predictor, context.now),
      }));
      return { Predictors, NextToken };
    },

    GetAccuracyMetrics({ PredictorArn }, context) {
      const predictor = resources.get(context, 'predictor', PredictorArn);
      requireActive(predictor);
      return {
        PredictorEvaluationResults: [...(predictor.evaluation ?? [])],
        IsAutoPredictor: predictor.auto,
        AutoMLOverrideStrategy: predictor.auto ? undefined : predictor.overrideStrategy,
        OptimizationMetric: predictor.metric,
      };
    },

    DeletePredictor({ PredictorArn }, context) {
      return beginDeletion(parts, context, 'predictor', PredictorArn);
    },
  } satisfies Operations<Forecast>;
}
