import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ProgressEvent } from '../../../progress.ts';
import { startTestRuntime } from '../../../testing/test-runtime.ts';
import { until } from '../../../testing/until.ts';
import { ForecastTests, monthlyRows } from '../testing/forecast-tests.ts';
import { StandInImages } from '../testing/stand-in-image.ts';

let images: StandInImages;
let stateFolder: string;

beforeAll(() => {
  images = new StandInImages();
});
afterAll(() => images[Symbol.dispose]());
beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'slipway-'));
});
afterEach(() => {
  images.order({});
  rmSync(stateFolder, { recursive: true, force: true });
});

/** A life of a runtime: another one on the same folder is what a restart is. */
async function life() {
  const events: ProgressEvent[] = [];
  const runtime = await startTestRuntime(
    { stateFolder, imagesFolder: images.folder },
    { listener: (event) => void events.push(event) },
  );
  return {
    runtime,
    events,
    tests: new ForecastTests(runtime),
    [Symbol.asyncDispose]: () => runtime.stop('end'),
  };
}

const describePredictor = (tests: ForecastTests, PredictorArn: string) => () =>
  tests.forecast.describePredictor({ PredictorArn });
const isRunning = ({ Status }: { Status?: string | undefined }) => Status === 'CREATE_IN_PROGRESS';

test('a step that breaks fails its resource with a message that says whose fault it is and where to look', async () => {
  await using first = await life();
  const { tests } = first;
  await tests.upload({ 'tts.csv': monthlyRows() });
  const { group } = await tests.readyGroup('broken');
  images.order({ train: { code: 1 } });
  const arn = await tests.predictor('broken', group);
  const { Status, Message = '' } = await describePredictor(tests, arn)();
  expect(Status).toBe('CREATE_FAILED');
  expect(Message).toMatch(
    /^The process ended with exit code 1. This is a fault of Slipway .* the output is in /,
  );
  const path = /the output is in (.*)\.$/.exec(Message)![1]!;
  expect(readFileSync(path, 'utf8')).toBe('');
});

test('a step that lost a process of its own is started once more', async () => {
  await using first = await life();
  const { tests, events } = first;
  await tests.upload({ 'tts.csv': monthlyRows() });
  const { group } = await tests.readyGroup('lost');
  images.order({ train: { code: 75 } });
  const arn = await tests.predictor('lost', group);
  expect(await describePredictor(tests, arn)()).toMatchObject({
    Status: 'CREATE_FAILED',
    Message: expect.stringContaining('Processes of the job were killed twice'),
  });
  expect(events.filter(({ type }) => type === 'job.ended')).toHaveLength(3);
});

test('a worker that is killed is started once more, and then given up', async () => {
  await using first = await life();
  const { tests, events } = first;
  await tests.upload({ 'tts.csv': monthlyRows() });
  const { group } = await tests.readyGroup('killed');
  images.order({ train: { die: true } });
  const twice = await tests.predictor('killed', group);
  expect(await describePredictor(tests, twice)()).toMatchObject({
    Status: 'CREATE_FAILED',
    Message: expect.stringContaining(
      'The process was killed twice (signal 9, perhaps because the memory was used up)',
    ),
  });
  const goOn = images.hold('train');
  const once = await tests.startPredictor('killed_once', group);
  await tests.until(describePredictor(tests, once), isRunning);
  await until(() =>
    events.find((event) => event.type === 'job.progress' && event.id.startsWith('killed_once')),
  );
  const folder = join(stateFolder, 'jobs', 'forecast-train');
  const [job = ''] = readdirSync(folder).filter((name) => name.startsWith('killed_once'));
  const { group: processes } = JSON.parse(readFileSync(join(folder, job, 'started.json'), 'utf8')) as {
    group: number;
  };
  process.kill(-processes, 'SIGKILL');
  goOn();
  expect((await tests.settled(describePredictor(tests, once))).Status).toBe('ACTIVE');
});

test('a job that is stopped ends for good, whether it runs or waits', async () => {
  await using first = await life();
  const { tests, runtime } = first;
  await tests.upload({ 'tts.csv': monthlyRows() });
  const { forecast } = tests;
  const DatasetArn = await tests.dataset('stopped');
  const goOn = images.hold('import');
  const ResourceArn = await tests.startImport(DatasetArn, 'stopped');
  const describe = () => forecast.describeDatasetImportJob({ DatasetImportJobArn: ResourceArn });
  await tests.until(describe, isRunning);
  await forecast.stopResource({ ResourceArn });
  expect((await describe()).Status).toMatch(/^CREATE_STOP(PING|PED)$/);
  expect((await tests.settled(describe)).Status).toBe('CREATE_STOPPED');
  expect((await forecast.describeDataset({ DatasetArn })).Status).toBe('ACTIVE');
  goOn();
  const waiting = await tests.startImport(DatasetArn, 'waiting');
  await forecast.stopResource({ ResourceArn: waiting });
  const describeWaiting = () => forecast.describeDatasetImportJob({ DatasetImportJobArn: waiting });
  expect((await tests.settled(describeWaiting)).Status).toBe('CREATE_STOPPED');
  await expect(forecast.stopResource({ ResourceArn })).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringContaining('only CREATE_PENDING and CREATE_IN_PROGRESS can be stopped'),
  });
  await expect(forecast.stopResource({ ResourceArn: DatasetArn })).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: 'A dataset cannot be stopped',
  });
  const missing = `${DatasetArn}_missing`;
  await expect(forecast.stopResource({ ResourceArn: missing })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  await forecast.deleteResourceTree({ ResourceArn: DatasetArn });
  await tests.gone(() => forecast.describeDataset({ DatasetArn }));
  expect(runtime.config.stateFolder).toBe(stateFolder);
});

test('a running job tells how far it is, and its notes are passed on', async () => {
  await using first = await life();
  const { tests, events } = first;
  await tests.upload({ 'tts.csv': monthlyRows() });
  const { group } = await tests.readyGroup('told');
  const goOn = images.hold('train');
  const arn = await tests.startPredictor('told', group);
  const running = await tests.until(describePredictor(tests, arn), (predictor) =>
    Boolean(predictor.EstimatedTimeRemainingInMinutes),
  );
  // A quarter was done in a minute.
  expect(running.EstimatedTimeRemainingInMinutes).toBe(3);
  expect(events).toContainEqual(
    expect.objectContaining({
      type: 'job.progress',
      kind: 'forecast-train',
      label: 'train',
      done: 1,
      total: 4,
    }),
  );
  goOn();
  await tests.settled(describePredictor(tests, arn));
  expect(events).toContainEqual({
    type: 'note',
    service: 'forecast',
    arn,
    message: 'nothing was trained',
  });
});

test('a job goes on while the runtime is away, and its end is taken in afterwards', async () => {
  const first = await life();
  await first.tests.upload({ 'tts.csv': monthlyRows() });
  const { group } = await first.tests.readyGroup('away');
  const goOn = images.hold('train');
  const arn = await first.tests.startPredictor('away', group);
  await first.tests.until(describePredictor(first.tests, arn), isRunning);
  await first.runtime.stop('keep');
  await using second = await life();
  expect(isRunning(await describePredictor(second.tests, arn)())).toBe(true);
  goOn();
  expect((await second.tests.settled(describePredictor(second.tests, arn))).Status).toBe('ACTIVE');
});

test('a job that is ended with the runtime is run again by the next', async () => {
  const first = await life();
  await first.tests.upload({ 'tts.csv': monthlyRows() });
  const { group } = await first.tests.readyGroup('ended');
  const goOn = images.hold('train');
  const arn = await first.tests.startPredictor('ended', group);
  await first.tests.until(describePredictor(first.tests, arn), isRunning);
  await first.runtime.stop('end');
  goOn();
  await using second = await life();
  expect((await second.tests.settled(describePredictor(second.tests, arn))).Status).toBe('ACTIVE');
});
