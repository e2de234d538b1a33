import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DeployedPipeline, expectSuccess, PipelineLab, type RunEnd } from './pipeline-lab.ts';
import { configFor, HORIZON, ITEMS, TTS } from './sales.ts';

const AUTO = configFor([], {
  Predictor: undefined,
  AutoPredictor: {
    PredictorName: 'sales_auto',
    ForecastHorizon: HORIZON,
    ForecastFrequency: 'M',
  },
  PerformDelete: true,
});

let lab: PipelineLab;
let pipeline: DeployedPipeline;
let first: RunEnd;
let replaced: RunEnd;
let last: RunEnd;

// Three uploads at once: the second one is replaced by the third, under the same key, while it waits.
beforeAll(async () => {
  lab = await PipelineLab.start();
  pipeline = lab.pipelineOf();
  const uploads: [string, object, string][] = [
    ['raw/first.zip', configFor(), TTS],
    ['raw/second.zip', configFor(), TTS],
    ['raw/second.zip', AUTO, TTS.replace('100', '101')],
  ];
  const started: string[] = [];
  for (const [key, config, target] of uploads) {
    await pipeline.putConfig(JSON.stringify(config));
    await pipeline.putZip({ 'TTS.csv': target }, key);
    started.push(await pipeline.startedBesides(started));
  }
  const ends = started.map((arn) => pipeline.ended(arn));
  [first, replaced, last] = (await Promise.all(ends)) as [RunEnd, RunEnd, RunEnd];
}, 300_000);
afterAll(() => lab?.[Symbol.asyncDispose]());

/** When a run came to a state for the first time. */
async function cameTo({ executionArn }: RunEnd, state: string): Promise<number> {
  const events = await pipeline.history(executionArn);
  return events.find((event) => event.stateEnteredEventDetails?.name === state)?.timestamp?.getTime() ?? NaN;
}

describe('uploads while a run is under way', () => {
  test('Ax14 have a run each, which waits for those before', async () => {
    expectSuccess(first);
    expectSuccess(last);
    const ended = async ({ executionArn }: RunEnd) =>
      (await pipeline.sfn.describeExecution({ executionArn })).stopDate?.getTime() ?? NaN;
    expect(await cameTo(replaced, 'Forecast-MLOps-Preprocess')).toBeGreaterThanOrEqual(await ended(first));
    expect(await cameTo(last, 'Forecast-MLOps-Preprocess')).toBeGreaterThanOrEqual(await ended(replaced));
    expect(await pipeline.statesOf(last.executionArn)).toContain('Wait-For-Earlier-Runs');
  });

  test('Ax2 a zip that was replaced before its run read it ends that run, which says so', () => {
    expect(replaced).toMatchObject({
      status: 'FAILED',
      error: 'JobFailed',
      cause: expect.stringContaining(
        `s3://${pipeline.bucket}/raw/second.zip was replaced after it had started this run. The newer upload has a run of its own.`,
      ),
    });
  });
});

describe('an AutoPredictor block', () => {
  test('A23 makes an AutoPredictor, whose accuracy and forecast come out', async () => {
    const states = await pipeline.statesOf(last.executionArn);
    expect(states).toContain('Forecast-MLOps-Create-AutoPredictor');
    expect(states).not.toContain('Forecast-MLOps-Create-Predictor');
    const history = await pipeline.history(last.executionArn);
    const made = history
      .map(({ taskSucceededEventDetails }) => taskSucceededEventDetails?.output)
      .find((output) => output?.startsWith('{"PredictorArn"'));
    expect(made).toMatch(new RegExp(`:predictor/sales_auto_${last.name}_01\\w+"`));
    expect(last.output['metrics']).toMatchObject({
      Algorithm: 'AutoPredictor',
      TestWindows: [expect.objectContaining({ EvaluationType: 'SUMMARY' }), expect.anything()],
    });
    const [header, ...rows] = await pipeline.table(`forecast/${last.name}.csv`);
    expect(header).toEqual(['item_id', 'date', 'p10', 'p50', 'p90']);
    expect(rows).toHaveLength(ITEMS.length * HORIZON);
  });

  test('A27 is deleted with all that the earlier run kept', async () => {
    expect((await pipeline.forecast.listPredictors({})).Predictors).toEqual([]);
    expect((await pipeline.forecast.listDatasets({})).Datasets).toEqual([]);
  });
});
