import type { CreatePredictorCommandInput, Forecast } from '@aws-sdk/client-forecast';
import type { Operations } from '../../../dispatch/service.ts';
import type { Validated } from '../../../dispatch/types.ts';
import { arns, checkRoleArn } from '../arns.ts';
import { invalidInput } from '../errors.ts';
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
import { checkTuning } from './tuning.ts';

type Input = Validated<CreatePredictorCommandInput>;

const MOST_WINDOWS = 5;

/** CreatePredictor and DescribePredictor: one algorithm for all series. */
export function legacyPredictorOperations(parts: Parts, catalog: () => Catalog, estimates: Estimates) {
  const { resources } = parts;
  return {
    CreatePredictor(input, context) {
      const { PredictorName: name, ForecastHorizon: horizon } = input;
      const { DatasetGroupArn: groupArn, SupplementaryFeatures: supplementary } = input.InputDataConfig;
      const { ForecastFrequency: frequency, ForecastDimensions: dimensions } = input.FeaturizationConfig;
      const choice = choiceOf(catalog(), input);
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
        ...choice,
        backtests: backtestsOf(input),
        supplementary,
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
        AutoMLAlgorithmArns: predictor.autoML ? algorithmsOf(predictor) : undefined,
        ForecastHorizon: predictor.horizon,
        ForecastTypes: [...predictor.types],
        PerformAutoML: predictor.autoML ?? false,
        AutoMLOverrideStrategy: predictor.overrideStrategy,
        PerformHPO: predictor.tuning !== undefined,
        HPOConfig: predictor.tuning?.config,
        TrainingParameters: predictor.trainingParameters && { ...predictor.trainingParameters },
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

type Choice = Pick<LegacyPredictor, 'algorithm' | 'environment' | 'autoML' | 'tuning' | 'trainingParameters'>;

/**
 * What the request asks to train: one algorithm, one that is tuned, or the best of all.
 *
 * @throws InvalidInputException
 */
function choiceOf(catalog: Catalog, input: Input): Choice {
  const { AlgorithmArn, PerformAutoML, PerformHPO, HPOConfig, TrainingParameters } = input;
  if (PerformAutoML) {
    const disallowed = Object.entries({ AlgorithmArn, PerformHPO, HPOConfig, TrainingParameters })
      .filter(([, value]) => value !== undefined && value !== false)
      .map(([name]) => name);
    if (disallowed.length > 0) {
      throw invalidInput(`${disallowed.join(', ')} cannot be given when PerformAutoML is true`);
    }
    return { autoML: true, environment: catalog.autoMLEnvironment };
  }
  if (AlgorithmArn === undefined) throw invalidInput('AlgorithmArn is required unless PerformAutoML is true');
  if (HPOConfig && !PerformHPO) throw invalidInput('HPOConfig cannot be given unless PerformHPO is true');
  const algorithm = algorithmOf(catalog, AlgorithmArn);
  if (PerformHPO) checkTuning(catalog, algorithm, HPOConfig);
  return {
    algorithm: algorithm.arn,
    ...(algorithm.environment !== null && { environment: algorithm.environment }),
    ...(PerformHPO && { tuning: { config: HPOConfig } }),
    trainingParameters: trainingParameters(algorithm, TrainingParameters ?? {}, input.ForecastHorizon),
  };
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

/** ARNs of the algorithms that were evaluated, the best one first. */
function algorithmsOf({ evaluation = [] }: LegacyPredictor): string[] {
  return evaluation.flatMap(({ AlgorithmArn }) => AlgorithmArn ?? []);
}

/** The backtests that were carried out; known once training is over. */
function executionDetails({ evaluation }: LegacyPredictor) {
  if (!evaluation) return undefined;
  const PredictorExecutions = evaluation.map(({ AlgorithmArn, TestWindows = [] }) => ({
    AlgorithmArn,
    TestWindows: TestWindows.filter(({ EvaluationType }) => EvaluationType === 'COMPUTED').map(
      ({ TestWindowStart, TestWindowEnd }) => ({ TestWindowStart, TestWindowEnd, Status: 'ACTIVE' }),
    ),
  }));
  return { PredictorExecutions };
}
