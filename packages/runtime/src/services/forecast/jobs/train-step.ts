import type { EvaluationResult } from '@aws-sdk/client-forecast';
import type { Parts } from '../lifecycle.ts';
import type { Predictor } from '../resource.ts';
import { readOutput, type StepReport } from './image-output.ts';
import { groupData } from './inputs.ts';
import { keepFiles } from './job-files.ts';
import type { Step } from './step.ts';

interface TrainReport extends StepReport {
  /** As they were used, defaults included. */
  readonly trainingParameters?: Readonly<Record<string, string>>;
  /** Last part of the ARN of the algorithm that AutoML found best. */
  readonly algorithm?: string;
}

/** GetAccuracyMetrics' answer, as JSON has it: times in seconds since the epoch. */
interface MetricsFile {
  readonly PredictorEvaluationResults: readonly {
    readonly AlgorithmArn?: string;
    readonly TestWindows: readonly Record<string, unknown>[];
  }[];
}

/** Training: backtests, accuracy, and what the forecast step needs. */
export function trainStep(parts: Parts): Step<'predictor'> {
  const { host } = parts;
  return {
    kind: 'predictor',

    environment: (predictor) => environmentOf(predictor),

    async prepare(predictor, { scope, staged }) {
      const data = await groupData(parts, scope, predictor.imports, staged);
      return { ...data, predictor: settingsOf(predictor), workers: null };
    },

    async collect(predictor, { id, output }) {
      const files = await keepFiles(host, predictor.kind, id, output);
      const folder = `${host.folder('forecast')}/${files}`;
      const evaluation = evaluationOf(readOutput<MetricsFile>(folder, 'metrics.json'));
      const { notes, trainingParameters, algorithm } = readOutput<TrainReport>(folder, 'report.json');
      return {
        files,
        evaluation,
        notes,
        ...(!predictor.auto && trainingParameters && { trainingParameters }),
        ...(algorithm !== undefined && { algorithm: `arn:aws:forecast:::algorithm/${algorithm}` }),
      };
    },
  };
}

/** The image's environment that a predictor's algorithm needs. */
export function environmentOf(predictor: Predictor): string | undefined {
  return predictor.auto ? undefined : predictor.environment;
}

/** A predictor as `job.json` has it. */
function settingsOf(predictor: Predictor): object {
  const common = {
    forecastHorizon: predictor.horizon,
    forecastFrequency: predictor.frequency,
    forecastDimensions: predictor.dimensions ?? [],
    forecastTypes: predictor.types,
    optimizationMetric: predictor.metric,
  };
  if (predictor.auto) {
    return {
      ...common,
      algorithmArn: null,
      attributeConfigs: predictor.attributeConfigs ?? [],
      additionalDatasets: predictor.additionalDatasets ?? [],
      timeAlignmentBoundary: predictor.boundary ?? null,
      retrain: predictor.reference !== undefined,
    };
  }
  return {
    ...common,
    algorithmArn: predictor.algorithm ?? null,
    performAutoML: predictor.autoML ?? false,
    performHpo: predictor.tuning !== undefined,
    parameterRanges: predictor.tuning?.config?.ParameterRanges ?? {},
    evaluationParameters: predictor.backtests,
    featurizations: predictor.featurizations,
    additionalDatasets: predictor.supplementary ?? [],
    trainingParameters: predictor.trainingParameters ?? {},
  };
}

function evaluationOf({ PredictorEvaluationResults }: MetricsFile): EvaluationResult[] {
  return PredictorEvaluationResults.map(({ TestWindows, ...result }) => ({
    ...result,
    TestWindows: TestWindows.map(({ TestWindowStart, TestWindowEnd, ...window }) => ({
      ...(TestWindowStart !== undefined && { TestWindowStart: time(TestWindowStart) }),
      ...(TestWindowEnd !== undefined && { TestWindowEnd: time(TestWindowEnd) }),
      ...window,
    })),
  }));
}

function time(seconds: unknown): Date {
  return new Date(Number(seconds) * 1000);
}
