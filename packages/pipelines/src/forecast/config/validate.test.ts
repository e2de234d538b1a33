import { expect, test } from 'vitest';
import { parseConfig, validateConfig } from './validate.ts';

const UID = '20261121T090102';

const attributes = (...names: string[]) => ({
  Attributes: names.map((AttributeName) => ({
    AttributeName,
    AttributeType:
      AttributeName === 'timestamp' ? 'timestamp' : AttributeName === 'target_value' ? 'float' : 'string',
  })),
});

function config() {
  return {
    TimestampFormat: 'yyyy-MM-dd HH:mm:ss',
    DatasetGroup: { DatasetGroupName: 'Group', Domain: 'CUSTOM' },
    Dataset: {
      TTS: {
        DatasetName: 'tts',
        Domain: 'CUSTOM',
        DatasetType: 'TARGET_TIME_SERIES',
        DataFrequency: 'M',
        Schema: attributes('timestamp', 'item_id', 'target_value'),
      },
    },
    Predictor: {
      AlgorithmArn: 'arn:aws:forecast:::algorithm/ETS',
      PredictorName: 'Predictor',
      ForecastHorizon: 12,
      FeaturizationConfig: { ForecastFrequency: 'M', Extra: 'passed on' },
    } as Record<string, unknown>,
    Forecast: { ForecastName: 'Forecast', ForecastTypes: ['0.10', '.5', 'mean'] },
    PerformDelete: true,
  } as Record<string, unknown> & { Predictor?: Record<string, unknown> };
}

const problemOf = (change: (value: ReturnType<typeof config>) => void) => {
  const value = config();
  change(value);
  try {
    validateConfig(value, UID);
  } catch (error) {
    return (error as Error).message;
  }
  return 'valid';
};

test('A29 the published format is valid, and members that are not checked pass through', () => {
  const { config: checked, notes } = validateConfig(config(), UID);
  expect(checked).toEqual(config());
  expect(notes).toEqual([]);
});

test('A29 a top-level key without a meaning is remarked on, not swallowed', () => {
  expect(validateConfig({ ...config(), Predictors: {} }, UID).notes).toEqual([
    'The key Predictors in forecast-config.json means nothing to this pipeline.',
  ]);
});

test.each<[string, (value: ReturnType<typeof config>) => void, string]>([
  ['a missing block', (c) => delete c['Forecast'], 'Forecast: is missing'],
  [
    'a missing member',
    (c) => delete c.Predictor?.['ForecastHorizon'],
    'Predictor.ForecastHorizon: is missing',
  ],
  [
    'a number as text',
    (c) => Object.assign(c.Predictor!, { ForecastHorizon: '12' }),
    'Predictor.ForecastHorizon: must be a number, is "12"',
  ],
  [
    'a boolean as text',
    (c) => Object.assign(c, { PerformDelete: 'true' }),
    'PerformDelete: must be true or false (without quotes), is "true"',
  ],
  [
    'a horizon beyond the limit',
    (c) => Object.assign(c.Predictor!, { ForecastHorizon: 501 }),
    'Predictor.ForecastHorizon: must be 500 at most, is 501',
  ],
  [
    'an unknown algorithm',
    (c) => Object.assign(c.Predictor!, { AlgorithmArn: 'arn:aws:forecast:::algorithm/LSTM' }),
    'followed by one of ARIMA, CNN-QR, Deep_AR_Plus, ETS, NPTS, Prophet',
  ],
  [
    'an unknown kind',
    (c) => Object.assign(c['Dataset'] as object, { XTS: {} }),
    'Dataset: unknown key XTS; the kinds are TTS, RTS and IM',
  ],
  ['no target series', (c) => Object.assign(c, { Dataset: {} }), 'Dataset.TTS: is missing'],
  [
    'a name the service refuses',
    (c) => Object.assign(c['DatasetGroup'] as object, { DatasetGroupName: 'my-group' }),
    'DatasetGroup.DatasetGroupName: must begin with a letter',
  ],
  [
    'both predictors',
    (c) =>
      Object.assign(c, { AutoPredictor: { PredictorName: 'p', ForecastHorizon: 1, ForecastFrequency: 'M' } }),
    'Predictor and AutoPredictor are both there; keep one of them',
  ],
  [
    'no predictor',
    (c) => delete c.Predictor,
    'Predictor is missing; give either a Predictor or an AutoPredictor block',
  ],
  [
    'AutoML with an algorithm',
    (c) => Object.assign(c.Predictor!, { PerformAutoML: true }),
    'Predictor.AlgorithmArn: is needed unless PerformAutoML',
  ],
  [
    'another domain',
    (c) => Object.assign(c['DatasetGroup'] as object, { Domain: 'RETAIL' }),
    "Dataset.TTS.Domain: must be the dataset group's, RETAIL",
  ],
  [
    'a quantile as number',
    (c) => Object.assign(c['Forecast'] as object, { ForecastTypes: [0.1] }),
    'Forecast.ForecastTypes.0: must be text, is 0.1',
  ],
])('Ax12 %s is named with its key', (_, change, expected) => {
  expect(problemOf(change)).toContain(expected);
});

test('Ax12 all problems come at once', () => {
  const message = problemOf((c) => {
    delete c['PerformDelete'];
    delete c['Forecast'];
  });
  expect(message).toContain('has 2 problems');
  const neither = problemOf((c) => {
    delete c['PerformDelete'];
    delete c.Predictor;
  });
  expect(neither).toContain('- PerformDelete: is missing');
  expect(neither).toContain('- Predictor is missing');
});

test('a name that leaves no room for the run id is refused before the service does', () => {
  const long = 'p'.repeat(48);
  expect(problemOf((c) => Object.assign(c.Predictor!, { PredictorName: long }))).toContain(
    `Predictor.PredictorName: ${long} has 48 characters; 47 are left before _${UID}`,
  );
});

test('what is not JSON is located by line and column', () => {
  expect(() => parseConfig('{\n  "a": 1,\n  "b" 2\n}')).toThrow('line 3, column 7: not JSON');
  expect(() => parseConfig('{"a": 1')).toThrow('line 1, column 8');
  expect(() => parseConfig('')).toThrow('line 1, column 1');
  expect(() => parseConfig('{"a": yes}')).toThrow("line 1, column 7: not JSON (Unexpected token 'y')");
  expect(() => parseConfig(`{"b": [${'1, '.repeat(50)}\n2, +3]}`)).toThrow('line 2, column 4');
  expect(() => parseConfig('{"a": "b\nc"}')).toThrow('line 1, column 9: not JSON (Bad control character');
  expect(parseConfig('\uFEFF{"a": 1}')).toEqual({ a: 1 });
});
