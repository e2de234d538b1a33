import { z } from 'zod';

/**
 * `forecast-config.json`: the published format. Each block is a request of the Amazon Forecast API; the
 * members named here are checked, every other one is passed on to the API as it is.
 * https://docs.aws.amazon.com/forecast/latest/dg/API_Operations_Amazon_Forecast_Service.html
 */

export const ALGORITHMS = ['ARIMA', 'CNN-QR', 'Deep_AR_Plus', 'ETS', 'NPTS', 'Prophet'] as const;
const ALGORITHM_PREFIX = 'arn:aws:forecast:::algorithm/';

const DOMAINS = [
  'RETAIL',
  'CUSTOM',
  'INVENTORY_PLANNING',
  'EC2_CAPACITY',
  'WORK_FORCE',
  'WEB_TRAFFIC',
  'METRICS',
] as const;
const ATTRIBUTE_TYPES = ['string', 'integer', 'float', 'timestamp', 'geolocation'] as const;

// The service had one horizon limit for all algorithms; shorter ones follow from the data.
const LONGEST_HORIZON = 500;

const name = z
  .string()
  .regex(
    /^[a-zA-Z][a-zA-Z0-9_]{0,62}$/,
    'must begin with a letter and have letters, digits and underscores only, 63 at most',
  );
const frequency = z
  .string()
  .regex(/^([1-9]\d?)?(Y|M|W|D|H)$|^[1-9]\d?min$/, 'must be a frequency such as M, W, D, H, 30min or 3M');
const horizon = z.int().min(1).max(LONGEST_HORIZON);
const forecastTypes = z
  .array(
    z.string().regex(/^(0?\.\d{1,2}|mean)$/, 'must be "mean" or a quantile from "0.01" to "0.99", as text'),
  )
  .min(1)
  .max(5);

const dataset = (type: string) =>
  z.looseObject({
    DatasetName: name,
    Domain: z.enum(DOMAINS),
    DatasetType: z.literal(type),
    DataFrequency: type === 'ITEM_METADATA' ? frequency.optional() : frequency,
    Schema: z.looseObject({
      Attributes: z
        .array(z.looseObject({ AttributeName: z.string(), AttributeType: z.enum(ATTRIBUTE_TYPES) }))
        .min(1),
    }),
  });

const predictor = z
  .looseObject({
    PredictorName: name,
    AlgorithmArn: z
      .string()
      .refine(
        (arn) => ALGORITHMS.some((algorithm) => arn === ALGORITHM_PREFIX + algorithm),
        `must be ${ALGORITHM_PREFIX} followed by one of ${ALGORITHMS.join(', ')}`,
      )
      .optional(),
    ForecastHorizon: horizon,
    ForecastTypes: forecastTypes.optional(),
    PerformAutoML: z.boolean().optional(),
    PerformHPO: z.boolean().optional(),
    FeaturizationConfig: z.looseObject({ ForecastFrequency: frequency }),
    InputDataConfig: z.looseObject({}).optional(),
    TrainingParameters: z.record(z.string(), z.string()).optional(),
  })
  .refine(({ AlgorithmArn, PerformAutoML }) => (AlgorithmArn === undefined) === (PerformAutoML === true), {
    path: ['AlgorithmArn'],
    message: 'is needed unless PerformAutoML is true, and must be absent when it is',
  });

const autoPredictor = z.looseObject({
  PredictorName: name,
  ForecastHorizon: horizon,
  ForecastFrequency: frequency,
  ForecastTypes: forecastTypes.optional(),
  DataConfig: z.looseObject({}).optional(),
});

/** These checks do not wait for the rest of the file to be right: all problems are told at once. */
function isObject({ value }: { readonly value: unknown }): boolean {
  return typeof value === 'object' && value !== null;
}

export const forecastConfig = z
  .looseObject({
    TimestampFormat: z.string().optional(),
    DatasetGroup: z.looseObject({ DatasetGroupName: name, Domain: z.enum(DOMAINS) }),
    Dataset: z.strictObject({
      TTS: dataset('TARGET_TIME_SERIES'),
      RTS: dataset('RELATED_TIME_SERIES').optional(),
      IM: dataset('ITEM_METADATA').optional(),
    }),
    Predictor: predictor.optional(),
    AutoPredictor: autoPredictor.optional(),
    Forecast: z.looseObject({ ForecastName: name, ForecastTypes: forecastTypes.optional() }),
    PerformDelete: z.boolean(),
  })
  .refine(({ Predictor, AutoPredictor }) => Predictor !== undefined || AutoPredictor !== undefined, {
    path: ['Predictor'],
    message: 'is missing; give either a Predictor or an AutoPredictor block',
    when: isObject,
  })
  .refine(({ Predictor, AutoPredictor }) => Predictor === undefined || AutoPredictor === undefined, {
    path: ['Predictor'],
    message: 'and AutoPredictor are both there; keep one of them',
    when: isObject,
  })
  .superRefine((config, context) => {
    for (const [kind, { Domain }] of Object.entries(config.Dataset)) {
      if (Domain !== config.DatasetGroup.Domain) {
        context.addIssue({
          code: 'custom',
          path: ['Dataset', kind, 'Domain'],
          message: `must be the dataset group's, ${config.DatasetGroup.Domain}`,
        });
      }
    }
  });

export type ForecastConfig = z.infer<typeof forecastConfig>;
export type DatasetKind = keyof ForecastConfig['Dataset'];

/** Keys at the top of the file that mean something. */
export const TOP_LEVEL_KEYS: readonly string[] = [
  'TimestampFormat',
  'DatasetGroup',
  'Dataset',
  'Predictor',
  'AutoPredictor',
  'Forecast',
  'PerformDelete',
];
