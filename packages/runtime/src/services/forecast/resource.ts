import type {
  AdditionalDataset,
  AttributeConfig,
  AutoMLOverrideStrategy,
  DatasetType,
  Domain,
  EncryptionConfig,
  EvaluationParameters,
  EvaluationResult,
  Featurization,
  HyperParameterTuningJobConfig,
  ImportMode,
  OptimizationMetric,
  S3Config,
  SchemaAttribute,
  Statistics,
  SupplementaryFeature,
  TimeAlignmentBoundary,
  TimeSeriesSelector,
} from '@aws-sdk/client-forecast';

/** What every resource has. */
interface Common {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  /** Why it failed. */
  readonly message?: string;
  readonly created: Date;
  /** When it last came to rest: created, finished, failed, stopped, updated. */
  readonly modified: Date;
  readonly tags: Readonly<Record<string, string>>;
}

/** A resource that a process makes. */
interface MadeByJob extends Common {
  /** The resource it is made from, which cannot go before it. */
  readonly parent: string;
  /** Ids of its processes; the last one is the current one. */
  readonly jobs: readonly string[];
  /** Folder of its files, relative to the service's; there once it is ACTIVE. */
  readonly files?: string;
  /** What a user should know although nothing failed; the API has no place for it. */
  readonly notes?: readonly string[];
}

export interface Dataset extends Common {
  readonly kind: 'dataset';
  readonly domain: Domain;
  readonly type: DatasetType;
  readonly frequency: string | undefined;
  readonly attributes: readonly Required<SchemaAttribute>[];
  readonly encryption: EncryptionConfig | undefined;
}

export interface DatasetGroup extends Common {
  readonly kind: 'dataset-group';
  readonly domain: Domain;
  /** ARNs; one may be stale, as deleting a dataset leaves its groups alone. */
  readonly datasets: readonly string[];
}

export interface ImportJob extends MadeByJob {
  readonly kind: 'dataset-import-job';
  readonly source: S3Config;
  readonly format: string;
  readonly mode: ImportMode;
  readonly timestampFormat: string | undefined;
  readonly timeZone: string | undefined;
  readonly useGeolocationForTimeZone: boolean;
  readonly geolocationFormat: string | undefined;
  /** GiB. */
  readonly dataSize?: number;
  readonly statistics?: Readonly<Record<string, Statistics>>;
}

interface AnyPredictor extends MadeByJob {
  readonly kind: 'predictor';
  readonly horizon: number;
  readonly frequency: string;
  readonly types: readonly string[];
  readonly dimensions: readonly string[] | undefined;
  readonly metric: OptimizationMetric;
  readonly encryption: EncryptionConfig | undefined;
  /** The imports it is trained on. */
  readonly imports: readonly string[];
  readonly evaluation?: readonly EvaluationResult[];
}

/** Made by CreatePredictor. */
export interface LegacyPredictor extends AnyPredictor {
  readonly auto: false;
  /** With AutoML the best one, known once training is over. */
  readonly algorithm?: string;
  /** The image's environment that training and forecasts need, where it is not the usual one. */
  readonly environment?: string;
  readonly autoML?: boolean;
  readonly tuning?: { readonly config: HyperParameterTuningJobConfig | undefined };
  readonly backtests: Required<EvaluationParameters>;
  /** As DescribePredictor shows them: the target's always, with the defaults filled in. */
  readonly featurizations: readonly Featurization[];
  readonly supplementary: readonly SupplementaryFeature[] | undefined;
  /** With AutoML those of the best algorithm, known once training is over. */
  readonly trainingParameters?: Readonly<Record<string, string>>;
  readonly overrideStrategy: AutoMLOverrideStrategy | undefined;
}

/** Made by CreateAutoPredictor. */
export interface AutoPredictor extends AnyPredictor {
  readonly auto: true;
  readonly attributeConfigs: readonly AttributeConfig[] | undefined;
  readonly additionalDatasets: readonly AdditionalDataset[] | undefined;
  readonly boundary: TimeAlignmentBoundary | undefined;
  /** The predictor it was retrained or upgraded from. */
  readonly reference: string | undefined;
}

export type Predictor = LegacyPredictor | AutoPredictor;

export interface Forecast extends MadeByJob {
  readonly kind: 'forecast';
  readonly group: string;
  readonly auto: boolean;
  readonly types: readonly string[];
  readonly selector: TimeSeriesSelector | undefined;
  /** The imports it is computed from. */
  readonly imports: readonly string[];
}

interface AnyExport extends MadeByJob {
  readonly destination: S3Config;
  readonly format: string;
}

export interface ForecastExport extends AnyExport {
  readonly kind: 'forecast-export-job';
}

export interface BacktestExport extends AnyExport {
  readonly kind: 'predictor-backtest-export-job';
}

/** The resources by their kind, which is also their word in ARNs. */
export interface Kinds {
  readonly dataset: Dataset;
  readonly 'dataset-group': DatasetGroup;
  readonly 'dataset-import-job': ImportJob;
  readonly predictor: Predictor;
  readonly 'predictor-backtest-export-job': BacktestExport;
  readonly forecast: Forecast;
  readonly 'forecast-export-job': ForecastExport;
}

export type Kind = keyof Kinds;
export type Resource = Kinds[Kind];
export type Job = Exclude<Resource, Dataset | DatasetGroup>;

/** Kinds in words, as the service's sentences name them. */
export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  dataset: 'dataset',
  'dataset-group': 'dataset group',
  'dataset-import-job': 'dataset import job',
  predictor: 'predictor',
  'predictor-backtest-export-job': 'predictor backtest export job',
  forecast: 'forecast',
  'forecast-export-job': 'forecast export job',
};

export function isJob(resource: Resource): resource is Job {
  return resource.kind !== 'dataset' && resource.kind !== 'dataset-group';
}
