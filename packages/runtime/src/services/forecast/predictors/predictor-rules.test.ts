import type { CreatePredictorCommandInput, ParameterRanges } from '@aws-sdk/client-forecast';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { ETS, ForecastTests, monthlyRows, NPTS, TARGET } from '../testing/forecast-tests.ts';
import { StandInImages } from '../testing/stand-in-image.ts';

let images: StandInImages;
let runtime: TestRuntime;
let tests: ForecastTests;
let count = 0;
/** A group with target series by store and related series with a price. */
let group: string;

const SERIES = `${TARGET}, store:string, region:string`;

beforeAll(async () => {
  images = new StandInImages();
  runtime = await startTestRuntime({ imagesFolder: images.folder });
  tests = new ForecastTests(runtime);
  await tests.upload({ 'tts.csv': monthlyRows() });
  const target = await tests.dataset('rules_target', 'TARGET_TIME_SERIES', { schema: SERIES });
  const related = await tests.dataset('rules_related', 'RELATED_TIME_SERIES', {
    schema: 'timestamp:timestamp, item_id:string, price:float, visits:integer',
  });
  group = await tests.group('rules', [target, related]);
  await Promise.all([tests.import(target, 'first'), tests.import(related, 'first')]);
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  images[Symbol.dispose]();
});

type Settings = Partial<CreatePredictorCommandInput>;

/** A featurization of an attribute by filling. */
const filling = (AttributeName: string, FeaturizationMethodParameters: Record<string, string>) => ({
  AttributeName,
  FeaturizationPipeline: [{ FeaturizationMethodName: 'filling' as const, FeaturizationMethodParameters }],
});
const featurization = (
  attribute: string,
  parameters: Record<string, string>,
  rest: object = {},
): Settings => ({
  FeaturizationConfig: {
    ForecastFrequency: 'M',
    Featurizations: [filling(attribute, parameters)],
    ...rest,
  },
});
const supplementary = (...SupplementaryFeatures: { Name: string; Value: string }[]): Settings => ({
  InputDataConfig: { DatasetGroupArn: undefined, SupplementaryFeatures },
});
const backtests = (NumberOfBacktestWindows: number, BackTestWindowOffset?: number): Settings => ({
  EvaluationParameters: { NumberOfBacktestWindows, BackTestWindowOffset },
});
const DEEP_AR = 'arn:aws:forecast:::algorithm/Deep_AR_Plus';
const tuning = (ParameterRanges: ParameterRanges): Settings => ({
  AlgorithmArn: DEEP_AR,
  PerformHPO: true,
  HPOConfig: { ParameterRanges },
});
const frequency = (ForecastFrequency: string): Settings => ({ FeaturizationConfig: { ForecastFrequency } });
const dimensions = (...ForecastDimensions: string[]): Settings => ({
  FeaturizationConfig: { ForecastFrequency: 'M', ForecastDimensions },
});

test.each<[string, Settings, string]>([
  ['no algorithm', { AlgorithmArn: undefined }, 'AlgorithmArn is required unless PerformAutoML is true'],
  [
    'AutoML with an algorithm',
    { PerformAutoML: true },
    'AlgorithmArn cannot be given when PerformAutoML is true',
  ],
  [
    'AutoML with tuning and parameters',
    { AlgorithmArn: undefined, PerformAutoML: true, PerformHPO: true, TrainingParameters: {} },
    'PerformHPO, TrainingParameters cannot be given',
  ],
  [
    'tuning of an algorithm that has none',
    { PerformHPO: true },
    'PerformHPO is for arn:aws:forecast:::algorithm/CNN-QR and',
  ],
  ['tuning ranges without tuning', { HPOConfig: {} }, 'HPOConfig cannot be given unless PerformHPO is true'],
  [
    'an unknown algorithm',
    { AlgorithmArn: 'arn:aws:forecast:::algorithm/CNN' },
    'Invalid Algorithm ARN specified: arn:aws:forecast:::algorithm/CNN. Options: arn:aws:forecast:::algorithm/CNN-QR,arn:aws:forecast:::algorithm/Deep_AR_Plus,arn:aws:forecast:::algorithm/NPTS,arn:aws:forecast:::algorithm/ETS,arn:aws:forecast:::algorithm/ARIMA,arn:aws:forecast:::algorithm/Prophet',
  ],
  [
    'tuning of a parameter that is not tuned',
    tuning({ IntegerParameterRanges: [{ Name: 'epochs', MinValue: 1, MaxValue: 9 }] }),
    'HPOConfig cannot have a range of epochs among the integer ones for arn:aws:forecast:::algorithm/Deep_AR_Plus. Possible are: context_length',
  ],
  [
    'a range of the wrong kind',
    tuning({ ContinuousParameterRanges: [{ Name: 'context_length', MinValue: 1, MaxValue: 9 }] }),
    'Possible are: learning_rate',
  ],
  [
    'a range without width',
    tuning({ IntegerParameterRanges: [{ Name: 'context_length', MinValue: 9, MaxValue: 9 }] }),
    'The MinValue 9 of context_length has to be less than its MaxValue 9',
  ],
  [
    'a range beyond the parameter’s own',
    tuning({ IntegerParameterRanges: [{ Name: 'context_length', MinValue: 0, MaxValue: 9 }] }),
    'HPOConfig has the value 0 for context_length; it has to be a whole number of at least 1',
  ],
  [
    'a reverse logarithm beyond one',
    tuning({
      ContinuousParameterRanges: [
        { Name: 'learning_rate', MinValue: 0.1, MaxValue: 1, ScalingType: 'ReverseLogarithmic' },
      ],
    }),
    'The ScalingType ReverseLogarithmic of learning_rate needs values of at least 0 and below 1',
  ],
  [
    'a range given twice',
    tuning({
      IntegerParameterRanges: [
        { Name: 'context_length', MinValue: 1, MaxValue: 9 },
        { Name: 'context_length', MinValue: 2, MaxValue: 9 },
      ],
    }),
    'HPOConfig has a range of context_length more than once',
  ],
  [
    'a training parameter at the open ends of its range',
    { AlgorithmArn: DEEP_AR, TrainingParameters: { learning_rate_decay: '1' } },
    'it has to be a number between 0 and 1, both excluded',
  ],
  ['no horizon', { ForecastHorizon: 0 }, 'It has to lie between 1 and 500'],
  ['a horizon that no data allows', { ForecastHorizon: 501 }, 'It has to lie between 1 and 500'],
  ['no backtest', backtests(0), 'NumberOfBacktestWindows 0 is not valid'],
  ['six backtests', backtests(6), 'NumberOfBacktestWindows 6 is not valid. It has to lie between 1 and 5.'],
  [
    'a backtest window shorter than the horizon',
    backtests(1, 1),
    'BackTestWindowOffset 1 cannot be less than the ForecastHorizon 2',
  ],
  [
    'six forecast types',
    { ForecastTypes: ['0.1', '0.2', '0.3', '0.4', '0.5', 'mean'] },
    'at most 5 values, not 6',
  ],
  [
    'a forecast type twice in other notations',
    { ForecastTypes: ['.1', '0.10'] },
    'ForecastTypes has the value 0.1 more than once',
  ],
  [
    'the quantile 0',
    { ForecastTypes: ['0.00'] },
    'ForecastTypes value 0.00 is not valid. Valid values: 0.01 to 0.99, and mean',
  ],
  ['an unknown frequency', frequency('Q'), 'ForecastFrequency Q is not valid'],
  [
    'a frequency finer than the data',
    frequency('W'),
    'ForecastFrequency W is finer than the DataFrequency M of the TARGET_TIME_SERIES dataset',
  ],
  [
    'a frequency other than that of related series',
    frequency('3M'),
    'ForecastFrequency 3M has to be the DataFrequency M of the RELATED_TIME_SERIES dataset',
  ],
  [
    'a dimension that the data lacks',
    dimensions('store', 'city'),
    'ForecastDimensions [city] are no attributes of type string of the TARGET_TIME_SERIES dataset',
  ],
  ['the item as dimension', dimensions('item_id'), 'ForecastDimensions [item_id]'],
  ['a dimension twice', dimensions('store', 'store'), 'ForecastDimensions has store more than once'],
  [
    'filling of an attribute that is not there',
    featurization('demand', { backfill: 'zero' }),
    'The attribute demand cannot be filled. Attributes that can: target_value, price, visits',
  ],
  [
    'filling of an identifier',
    featurization('item_id', { backfill: 'zero' }),
    'The attribute item_id cannot be filled',
  ],
  [
    'an unknown filling',
    featurization('target_value', { sidefill: 'zero' }),
    'The parameter sidefill for the attribute target_value is not valid. Valid parameters: aggregation, frontfill, middlefill, backfill',
  ],
  [
    'filling the future of the target',
    featurization('target_value', { futurefill: 'zero' }),
    'The parameter futurefill for the attribute target_value is not valid',
  ],
  [
    'filling the front',
    featurization('target_value', { frontfill: 'zero' }),
    'The value zero of frontfill for the attribute target_value is not valid. Valid values: none',
  ],
  [
    'an unknown aggregation',
    featurization('target_value', { aggregation: 'last' }),
    'Valid values: sum, avg, first, min, max',
  ],
  [
    'missing values in related series',
    featurization('price', { middlefill: 'nan' }),
    'The value nan of middlefill for the attribute price is not valid',
  ],
  [
    'aggregation of related series',
    featurization('price', { aggregation: 'avg' }),
    'The parameter aggregation for the attribute price is not valid. Valid parameters: middlefill, backfill, futurefill',
  ],
  [
    'filling by a value that is not said',
    featurization('price', { futurefill: 'value' }),
    'The method value of futurefill for the attribute price needs futurefill_value',
  ],
  [
    'a value without its method',
    featurization('target_value', { backfill: 'zero', backfill_value: '2' }),
    'goes with the method value of backfill only',
  ],
  [
    'a value that is no number',
    featurization('target_value', { backfill: 'value', backfill_value: 'two' }),
    'The value two of backfill_value for the attribute target_value has to be a number',
  ],
  [
    'an unknown training parameter',
    { TrainingParameters: { context_length: '24' } },
    `TrainingParameters context_length is not valid for ${ETS}. Valid parameters: none`,
  ],
  [
    'a training parameter out of range',
    { AlgorithmArn: NPTS, TrainingParameters: { context_length: '0' } },
    'TrainingParameters context_length has the value 0; it has to be a whole number of at least 1',
  ],
  [
    'a training parameter that is no integer',
    { AlgorithmArn: NPTS, TrainingParameters: { context_length: '2.5' } },
    'has the value 2.5',
  ],
  [
    'a training parameter at the open end of its range',
    { AlgorithmArn: NPTS, TrainingParameters: { exp_kernel_weights: '0' } },
    'a number greater than 0',
  ],
  [
    'a training parameter of another set',
    { AlgorithmArn: NPTS, TrainingParameters: { kernel_type: 'gaussian' } },
    'one of exponential, uniform',
  ],
  [
    'weather',
    supplementary({ Name: 'weather', Value: 'true' }),
    'The Weather Index is not supported by this version of Slipway',
  ],
  [
    'an unknown feature',
    supplementary({ Name: 'moon', Value: 'full' }),
    'moon is no additional dataset. Valid values: holiday, weather',
  ],
  [
    'a country without holidays',
    supplementary({ Name: 'holiday', Value: 'GB' }),
    'GB is no country whose holidays are known. Valid values: AE, AL, AR',
  ],
  [
    'two countries',
    supplementary({ Name: 'holiday', Value: 'US' }, { Name: 'holiday', Value: 'DE' }),
    'holiday is given more than once',
  ],
])('CreatePredictor refuses %s', async (_, settings, message) => {
  await expect(tests.startPredictor(`bad${count++}`, group, settings)).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringContaining(message),
  });
});

test('text in related series has to be a forecast dimension', async () => {
  const target = await tests.dataset('text_target', 'TARGET_TIME_SERIES', { schema: SERIES });
  const related = await tests.dataset('text_related', 'RELATED_TIME_SERIES', {
    schema: 'timestamp:timestamp, item_id:string, store:string, day_name:string, price:float',
  });
  const texts = await tests.group('texts', [target, related]);
  await Promise.all([tests.import(target, 'first'), tests.import(related, 'first')]);
  const sentence = (names: string) =>
    `The attribute(s) [${names}] present in the RELATED_TIME_SERIES schema should be of numeric type such as ` +
    '`integer` or `float`, or be added as a forecast dimension';
  await expect(tests.startPredictor('texts', texts)).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: sentence('store, day_name'),
  });
  const auto = (ForecastDimensions: string[]) =>
    tests.forecast.createAutoPredictor({
      PredictorName: `texts${count++}`,
      ForecastHorizon: 2,
      ForecastFrequency: 'M',
      ForecastDimensions,
      DataConfig: { DatasetGroupArn: texts },
    });
  await expect(auto(['region'])).rejects.toThrow(sentence('store'));
  await expect(auto(['store'])).resolves.toHaveProperty('PredictorArn');
});
