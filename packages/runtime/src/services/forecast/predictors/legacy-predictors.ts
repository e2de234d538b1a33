import type { CreatePredictorCommandInput, Forecast } from '@aws-sdk/client-forecast';
import type { Operations } from '../../../dispatch/service.ts';
import type { Validated } from '../../../dispatch/types.ts';
import { arns, checkRoleArn } from '../arns.ts';
import { invalidInput, unsupported } from '../errors.ts';
import type { Estimates } from '../jobs/estimates.ts';
import { newJobId, orderJob } from '../jobs/step-jobs.ts';
import { type Parts, times } from '../lifecycle.ts';
import { checkJobCount } from '../quotas.ts';
import type { LegacyPredictor } from '../resource.ts';
import { tagsOf } from '../tags.ts';
import { checkSupplementaryFeatures } from './additional-data.ts';
import { algorithmOf, type Catalog, trainingParameters } from './algorithms.ts';
import { featurizations } from './filling.ts';
import { DEFAULT_TYPES, forecastTypes } from './forecast-types.ts';
import { fillableOf, groupMembers } from './group-members.ts';
import { checkDimensions, checkForecastFrequency, checkHorizon } from './settings-rules.ts';

type Input = Validated<CreatePredictorCommandInput>;

const MOST_WINDOWS = 5;
// https://docs.aws.amazon.com/forecast/latest/dg/API_CreatePredictor.html#forecast-CreatePredictor-request-PerformHPO
const TUNABLE = ['arn:aws:forecast:::algorithm/CNN-QR', 'arn:aws:forecast:::algorithm/Deep_AR_Plus'];

/** CreatePredictor and DescribePredictor: one algorithm for all series. */
export function legacyPredictorOperations(parts: Parts, catalog: () => Catalog, estimates: Estimates) {
  const { resources } = parts;
  return {
    CreatePredictor(input, context) {
      const { PredictorName: name, ForecastHorizon: horizon } = input;
      const { DatasetGroupArn: groupArn, SupplementaryFeatures: supplementary } = input.InputDataConfig;
      const { ForecastFrequency: frequency, ForecastDimensions: dimensions } = input.FeaturizationConfig;
      const algorithm = algorithmOf(catalog(), checkChoice(input));
      checkHorizon(horizon);
      checkSupplementaryFeatures(supplementary ?? []);
      if (input.EncryptionConfig) checkRoleArn(input.EncryptionConfig.RoleArn);
      const predictor = {
        kind: 'predictor' as const,
        auto: false as const,
        name,
        arn: arns.predictor(context, name),
        status: 'CREATE_PENDING',
        created: context.now,
        modified: context.now,
        tags: tagsOf(input.Tags),
        parent: groupArn,
        jobs: [newJobId(parts, name)],
        horizon,
        frequency,
        types: forecastTypes(input.ForecastTypes ?? DEFAULT_TYPES),
        dimensions,
        metric: input.OptimizationMetric ?? 'AverageWeightedQuantileLoss',
        encryption: input.EncryptionConfig,
        algorithm: algorithm.arn,
        backtests: backtestsOf(input),
        supplementary,
        trainingParameters: trainingParameters(algorithm, input.TrainingParameters ?? {}),
        overrideStrategy: input.AutoMLOverrideStrategy,
      };
      return context.transaction(() => {
        resources.requireFreePredictor(context, name);
        const members = groupMembers(resources, context, groupArn);
        checkForecastFrequency(frequency, members);
        checkDimensions(dimensions ?? [], members, { textFeatures: false });
        checkJobCount(parts, context, 'predictor', ({ auto }) => !auto);
        const complete: LegacyPredictor = {
          ...predictor,
          featurizations: featurizations(input.FeaturizationConfig.Featurizations ?? [], fillableOf(members)),
          imports: members.imports,
        };
        resources.insert(context, complete);
        orderJob(parts, context, complete);
        return { PredictorArn: complete.arn };
      });
    },

    DescribePredictor({ PredictorArn }, context) {
      const predictor = resources.get(context, 'predictor', PredictorArn);
      if (predictor.auto) {
        throw invalidInput(
          `The predictor ${PredictorArn} was created with CreateAutoPredictor. Use DescribeAutoPredictor.`,
        );
      }
      return {
        PredictorArn,
        PredictorName: predictor.name,
        AlgorithmArn: predictor.algorithm,
        ForecastHorizon: predictor.horizon,
        ForecastTypes: [...predictor.types],
        PerformAutoML: false,
        AutoMLOverrideStrategy: predictor.overrideStrategy,
        PerformHPO: false,
        TrainingParameters: { ...predictor.trainingParameters },
        EvaluationParameters: predictor.backtests,
        InputDataConfig: {
          DatasetGroupArn: predictor.parent,
          SupplementaryFeatures: predictor.supplementary && [...predictor.supplementary],
        },
        FeaturizationConfig: {
          ForecastFrequency: predictor.frequency,
          ForecastDimensions: predictor.dimensions && [...predictor.dimensions],
          Featurizations: [...predictor.featurizations],
        },
        EncryptionConfig: predictor.encryption,
        PredictorExecutionDetails: executionDetails(predictor),
        EstimatedTimeRemainingInMinutes: estimates.minutesLeft(PredictorArn),
        IsAutoPredictor: false,
        DatasetImportJobArns: [...predictor.imports],
        Status: predictor.status,
        Message: predictor.message,
        ...times(predictor, context.now),
        OptimizationMetric: predictor.metric,
      };
    },
  } satisfies Operations<Forecast>;
}

/**
 * Checks that the request names one algorithm, with what goes with it.
 *
 * @returns its ARN
 */
function checkChoice(input: Input): string {
  const { AlgorithmArn, PerformAutoML, PerformHPO, HPOConfig, TrainingParameters } = input;
  if (PerformAutoML) {
    const disallowed = Object.entries({ AlgorithmArn, PerformHPO, HPOConfig, TrainingParameters })
      .filter(([, value]) => value !== undefined && value !== false)
      .map(([name]) => name);
    if (disallowed.length > 0) {
      throw invalidInput(`${disallowed.join(', ')} cannot be given when PerformAutoML is true`);
    }
    throw unsupported('PerformAutoML', 'Name an AlgorithmArn, or use CreateAutoPredictor.');
  }
  if (AlgorithmArn === undefined) throw invalidInput('AlgorithmArn is required unless PerformAutoML is true');
  if (HPOConfig && !PerformHPO) throw invalidInput('HPOConfig cannot be given unless PerformHPO is true');
  if (PerformHPO) {
    if (!TUNABLE.includes(AlgorithmArn)) {
      throw invalidInput(`PerformHPO is for ${TUNABLE.join(' and ')} only, not for ${AlgorithmArn}`);
    }
    throw unsupported('PerformHPO', 'Set TrainingParameters yourself, or use CreateAutoPredictor.');
  }
  return AlgorithmArn;
}

function backtestsOf({ EvaluationParameters = {}, ForecastHorizon }: Input): LegacyPredictor['backtests'] {
  const { NumberOfBacktestWindows = 1, BackTestWindowOffset = ForecastHorizon } = EvaluationParameters;
  if (NumberOfBacktestWindows < 1 || NumberOfBacktestWindows > MOST_WINDOWS) {
    throw invalidInput(
      `NumberOfBacktestWindows ${NumberOfBacktestWindows} is not valid. It has to lie between 1 and ${MOST_WINDOWS}.`,
    );
  }
  if (BackTestWindowOffset < ForecastHorizon) {
    throw invalidInput(
      `BackTestWindowOffset ${BackTestWindowOffset} cannot be less than the ForecastHorizon ${ForecastHorizon}`,
    );
  }
  return { NumberOfBacktestWindows, BackTestWindowOffset };
}

/** The backtests that were carried out; known once training is over. */
function executionDetails({ algorithm, evaluation }: LegacyPredictor) {
  if (!evaluation) return undefined;
  const TestWindows = evaluation
    .flatMap(({ TestWindows: windows = [] }) => windows)
    .filter(({ EvaluationType }) => EvaluationType === 'COMPUTED')
    .map(({ TestWindowStart, TestWindowEnd }) => ({ TestWindowStart, TestWindowEnd, Status: 'ACTIVE' }));
  return { PredictorExecutions: [{ AlgorithmArn: algorithm, TestWindows }] };
}
