import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAwsCli } from '../../testing/python-clients.ts';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { BUCKET, ETS, ForecastTests, monthlyRows, ROLE } from './testing/forecast-tests.ts';
import { runNotebook } from './testing/notebook.ts';
import { StandInImages } from './testing/stand-in-image.ts';

let images: StandInImages;
let runtime: TestRuntime;

beforeAll(async () => {
  images = new StandInImages();
  runtime = await startTestRuntime({ imagesFolder: images.folder });
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  images[Symbol.dispose]();
});

test('on the wire errors have a Message, times are seconds, and a deletion answers nothing', async () => {
  const call = async (operation: string, input: object) => {
    const response = await fetch(runtime.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AmazonForecast.${operation}`,
      },
      body: JSON.stringify(input),
    });
    return { status: response.status, body: await response.text() };
  };
  const DatasetGroupArn = 'arn:aws:forecast:us-east-1:000000000000:dataset-group/raw';
  expect(await call('DescribeDatasetGroup', { DatasetGroupArn })).toEqual({
    status: 400,
    body: `{"__type":"ResourceNotFoundException","Message":"No resource found ${DatasetGroupArn}"}`,
  });
  expect(await call('CreateDatasetGroup', { DatasetGroupName: 'raw', Domain: 'CUSTOM', Unknown: 1 })).toEqual(
    {
      status: 200,
      body: `{"DatasetGroupArn":"${DatasetGroupArn}"}`,
    },
  );
  const { body } = await call('DescribeDatasetGroup', { DatasetGroupArn });
  expect(JSON.parse(body)).toMatchObject({ DatasetArns: [], CreationTime: expect.any(Number) });
  expect(await call('UpdateDatasetGroup', { DatasetGroupArn, DatasetArns: [] })).toEqual({
    status: 200,
    body: '{}',
  });
  expect(await call('DeleteDatasetGroup', { DatasetGroupArn })).toEqual({ status: 200, body: '' });
});

test('the AWS CLI creates, describes, lists, queries and deletes', async () => {
  const tests = new ForecastTests(runtime);
  await tests.upload({ 'tts.csv': monthlyRows() });
  const { group } = await tests.readyGroup('cli');
  const predictor = await tests.predictor('cli', group);
  const forecast = await tests.makeForecast('cli', predictor);
  const aws = async (...args: string[]) => {
    const { code, stdout, stderr } = await runAwsCli(runtime, ...args);
    return {
      code,
      stderr,
      answer: (stdout === '' ? undefined : JSON.parse(stdout)) as Record<string, unknown>,
    };
  };
  const schema = '{"Attributes":[{"AttributeName":"item_id","AttributeType":"string"}]}';
  const created = await aws(
    'forecast',
    'create-dataset',
    '--dataset-name',
    'by_cli',
    '--domain',
    'CUSTOM',
    '--dataset-type',
    'ITEM_METADATA',
    '--schema',
    schema,
  );
  expect(created.answer).toEqual({ DatasetArn: 'arn:aws:forecast:us-east-1:000000000000:dataset/by_cli' });
  const arn = created.answer['DatasetArn'] as string;
  const described = await aws('forecast', 'describe-dataset', '--dataset-arn', arn);
  expect(described.answer).toMatchObject({ Status: 'ACTIVE', EncryptionConfig: {} });
  const metrics = await aws('forecast', 'get-accuracy-metrics', '--predictor-arn', predictor);
  expect(metrics.answer).toMatchObject({ IsAutoPredictor: false, PredictorEvaluationResults: [{}] });
  const query = await aws(
    'forecastquery',
    'query-forecast',
    '--forecast-arn',
    forecast,
    '--filters',
    'item_id=item_1',
  );
  expect(query.answer).toMatchObject({
    Forecast: { Predictions: { p10: [{ Timestamp: '2026-01-01T00:00:00', Value: 0 }, {}] } },
  });
  expect(await aws('forecast', 'delete-dataset', '--dataset-arn', arn)).toMatchObject({ code: 0 });
  const gone = await aws('forecast', 'describe-dataset', '--dataset-arn', `${arn}x`);
  expect(gone.code).not.toBe(0);
  expect(gone.stderr).toContain(
    `An error occurred (ResourceNotFoundException) when calling the DescribeDataset operation: No resource found ${arn}x`,
  );
});

test("a notebook's program runs to its end with boto3", async () => {
  const settings = {
    bucket: `${BUCKET}-notebook`,
    role: ROLE,
    rows: monthlyRows(),
    predictors: { ets: { AlgorithmArn: ETS }, auto: {} },
    forecast: 'auto',
  };
  expect(await runNotebook(runtime, settings)).toMatchObject({
    import: { Status: 'ACTIVE' },
    forecast: { Status: 'ACTIVE' },
    listed: ['auto', 'ets'],
    in_use: { Code: 'ResourceInUseException' },
    left: [],
  });
});
