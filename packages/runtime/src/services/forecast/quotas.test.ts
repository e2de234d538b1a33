import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { ForecastTests, monthlyRows } from './testing/forecast-tests.ts';
import { StandInImages } from './testing/stand-in-image.ts';

let images: StandInImages;
let runtime: TestRuntime;
let tests: ForecastTests;

beforeAll(async () => {
  images = new StandInImages();
  runtime = await startTestRuntime({ imagesFolder: images.folder, parity: true });
  tests = new ForecastTests(runtime);
  await tests.upload({ 'tts.csv': monthlyRows() });
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  images[Symbol.dispose]();
});

test('with parity three jobs of a kind run at once', async () => {
  const datasets = await Promise.all([1, 2, 3, 4].map((number) => tests.dataset(`parallel${number}`)));
  const goOn = images.hold('import');
  const [first = ''] = await Promise.all(
    datasets.slice(0, 3).map((dataset) => tests.startImport(dataset, 'first')),
  );
  await expect(tests.startImport(datasets[3]!, 'first')).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Quota limit of 3 dataset import jobs running concurrently has been reached',
  });
  goOn();
  await tests.settled(() => tests.forecast.describeDatasetImportJob({ DatasetImportJobArn: first }));
  await tests.startImport(datasets[3]!, 'first');
});

test('with parity there are 500 dataset groups at most', async () => {
  for (let number = 0; number < 500; number++) await tests.group(`group${number}`, []);
  await expect(tests.group('one_more', [])).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Quota limit of 500 dataset groups has been reached',
  });
});
