import type {
  CreateAutoPredictorCommandInput,
  Forecast,
  ReferencePredictorSummary,
} from '@aws-sdk/client-forecast';
import type { CallContext } from '../../../dispatch/context.ts';
import type { Operations } from '../../../dispatch/service.ts';
import type { Validated } from '../../../dispatch/types.ts';
import type { Scope } from '../../../store/collection.ts';
import { arns, checkRoleArn } from '../arns.ts';
import { invalidInput, unsupported } from '../errors.ts';
import { parseFrequency } from '../frequency.ts';
import type { Estimates } from '../jobs/estimates.ts';
import { newJobId, orderJob } from '../jobs/step-jobs.ts';
import { isBeingDeleted, type Parts, requireActive, times } from '../lifecycle.ts';
import { checkJobCount } from '../quotas.ts';
import type { AutoPredictor, Predictor } from '../resource.ts';
import type { Resources } from '../resources-table.ts';
import { tagsOf } from '../tags.ts';
import { asAdditionalDatasets, checkAdditionalDatasets } from './additional-data.ts';
import { checkAttributeConfigs } from './filling.ts';
import { DEFAULT_TYPES, forecastTypes } from './forecast-types.ts';
import { fillableOf, groupMembers } from './group-members.ts';
import { checkDimensions, checkForecastFrequency, checkHorizon } from './settings-rules.ts';
import { checkBoundary } from './time-boundary.ts';

type Input = Validated<CreateAutoPredictorCommandInput>;

/** What a predictor is to be: given in the request, or inherited from the one that is retrained. */
type Settings = Pick<
  AutoPredictor,
  | 'parent'
  | 'horizon'
  | 'frequency'
  | 'types'
  | 'dimensions'
  | 'attributeConfigs'
  | 'additionalDatasets'
  | 'boundary'
  | 'reference'
  | 'encryption'
  | 'metric'
>;

/** CreateAutoPredictor and DescribeAutoPredictor: for each series the mix of algorithms that suits it. */
export function autoPredictorOperations(parts: Parts, estimates: Estimates) {
  const { host, resources } = parts;
  return {
    CreateAutoPredictor(input, context) {
      refuseUnsupported(input);
      const { PredictorName: name } = input;
      const arn = arns.autoPredictor(context, name, host.ids.ulid(context.now.getTime()));
      const given = input.ReferencePredictorArn === undefined ? newSettings(input) : undefined;
      if (!given) refuseInherited(input);
      const tags = tagsOf(input.Tags);
      return context.transaction(() => {
        resources.requireFreePredictor(context, name);
        const settings = given ?? inheritedSettings(resources, context, input);
        const members = groupMembers(resources, context, settings.parent);
        checkForecastFrequency(settings.frequency, members);
        checkDimensions(settings.dimensions ?? [], members, { textFeatures: true });
        checkAttributeConfigs(settings.attributeConfigs ?? [], fillableOf(members));
        checkJobCount(parts, context, 'predictor', ({ auto }) => auto);
        const predictor: AutoPredictor = {
          kind: 'predictor',
          auto: true,
          name,
          arn,
          status: 'CREATE_PENDING',
          created: context.now,
          modified: context.now,
          tags,
          jobs: [newJobId(parts, name)],
          imports: members.imports,
          ...settings,
        };
        resources.insert(context, predictor);
        orderJob(parts, context, predictor);
        return { PredictorArn: arn };
      });
    },

    DescribeAutoPredictor({ PredictorArn }, context) {
      const predictor = resources.get(context, 'predictor', PredictorArn);
      if (!predictor.auto) {
        throw invalidInput(
          `The predictor ${PredictorArn} was created with CreatePredictor. Use DescribePredictor.`,
        );
      }
      return {
        PredictorArn,
        PredictorName: predictor.name,
        ForecastHorizon: predictor.horizon,
        ForecastTypes: [...predictor.types],
        ForecastFrequency: predictor.frequency,
        ForecastDimensions: predictor.dimensions && [...predictor.dimensions],
        DatasetImportJobArns: [...predictor.imports],
        DataConfig: {
          DatasetGroupArn: predictor.parent,
          AttributeConfigs: predictor.attributeConfigs && [...predictor.attributeConfigs],
          AdditionalDatasets: predictor.additionalDatasets && [...predictor.additionalDatasets],
        },
        EncryptionConfig: predictor.encryption,
        ReferencePredictorSummary: referenceSummary(resources, context, predictor),
        EstimatedTimeRemainingInMinutes: estimates.minutesLeft(PredictorArn),
        Status: predictor.status,
        Message: predictor.message,
        ...times(predictor, context.now),
        OptimizationMetric: predictor.metric,
        TimeAlignmentBoundary: predictor.boundary,
      };
    },
  } satisfies Operations<Forecast>;
}

/** The predictor that one was retrained from, and whether it is still there. */
export function referenceSummary(
  resources: Resources,
  scope: Scope,
  predictor: Predictor,
): ReferencePredictorSummary | undefined {
  if (!predictor.auto || predictor.reference === undefined) return undefined;
  const reference = resources.find(scope, predictor.reference);
  const gone = !reference || isBeingDeleted(reference);
  return { Arn: predictor.reference, State: gone ? 'Deleted' : 'Active' };
}

function refuseUnsupported({ ExplainPredictor, MonitorConfig }: Input): void {
  if (ExplainPredictor) throw unsupported('ExplainPredictor', 'Leave it out or set it to false.');
  if (MonitorConfig) throw unsupported('MonitorConfig', 'Leave it out.');
}

function newSettings(input: Input): Settings {
  const { DataConfig: data, ForecastFrequency: frequency, ForecastHorizon: horizon } = input;
  const missing = Object.entries({
    DatasetGroupArn: data?.DatasetGroupArn,
    ForecastFrequency: frequency,
    ForecastHorizon: horizon,
  })
    .filter(([, value]) => value === undefined)
    .map(([name]) => name);
  if (!data || frequency === undefined || horizon === undefined) {
    throw invalidInput(`${missing.join(', ')} must be given, unless a ReferencePredictorArn is`);
  }
  const parsed = parseFrequency(frequency, 'ForecastFrequency');
  checkHorizon(horizon);
  if (input.TimeAlignmentBoundary) checkBoundary(input.TimeAlignmentBoundary, parsed);
  checkAdditionalDatasets(data.AdditionalDatasets ?? []);
  if (input.EncryptionConfig) checkRoleArn(input.EncryptionConfig.RoleArn);
  return {
    parent: data.DatasetGroupArn,
    horizon,
    frequency,
    types: forecastTypes(input.ForecastTypes ?? DEFAULT_TYPES),
    dimensions: input.ForecastDimensions,
    attributeConfigs: data.AttributeConfigs,
    additionalDatasets: data.AdditionalDatasets,
    boundary: input.TimeAlignmentBoundary,
    reference: undefined,
    encryption: input.EncryptionConfig,
    metric: input.OptimizationMetric ?? 'AverageWeightedQuantileLoss',
  };
}

/** A retrained or upgraded predictor takes everything from the old one. */
function refuseInherited(input: Input): void {
  const { ForecastHorizon, ForecastTypes, ForecastDimensions, ForecastFrequency } = input;
  const { DataConfig, EncryptionConfig, TimeAlignmentBoundary } = input;
  const given = Object.entries({
    ForecastHorizon,
    ForecastTypes,
    ForecastDimensions,
    ForecastFrequency,
    DataConfig,
    EncryptionConfig,
    TimeAlignmentBoundary,
  })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  if (given.length === 0) return;
  throw invalidInput(
    `${given.join(', ')} cannot be given with a ReferencePredictorArn: they are taken from that predictor`,
  );
}

function inheritedSettings(resources: Resources, context: CallContext, input: Input): Settings {
  const reference = resources.get(context, 'predictor', input.ReferencePredictorArn!);
  requireActive(reference);
  const { parent, horizon, frequency, types, dimensions, encryption } = reference;
  return {
    parent,
    horizon,
    frequency,
    types,
    dimensions,
    encryption,
    metric: input.OptimizationMetric ?? reference.metric,
    reference: reference.arn,
    ...(reference.auto
      ? {
          attributeConfigs: reference.attributeConfigs,
          additionalDatasets: reference.additionalDatasets,
          boundary: reference.boundary,
        }
      : {
          attributeConfigs: reference.featurizations.map(({ AttributeName, FeaturizationPipeline }) => ({
            AttributeName,
            Transformations: FeaturizationPipeline?.[0]?.FeaturizationMethodParameters ?? {},
          })),
          additionalDatasets: reference.supplementary && asAdditionalDatasets(reference.supplementary),
          boundary: undefined,
        }),
  };
}
