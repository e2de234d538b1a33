import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownScript } from './own-script.ts';
import { type DeployedPipeline, expectSuccess, PipelineLab } from './pipeline-lab.ts';
import { configFor, HORIZON, ITEMS, TTS } from './sales.ts';

const PREPROCESS = `    import pandas
    table = pandas.read_csv(path)
    table[table["Model_ID"] != "bass"].to_csv(path, index=False)
    return path
`;
const POSTPROCESS = `    forecast["range"] = forecast["p90"].astype(float) - forecast["p10"].astype(float)
    return forecast
`;

let lab: PipelineLab;
let north: DeployedPipeline;
let south: DeployedPipeline;

beforeAll(async () => {
  lab = await PipelineLab.start({
    North: { prefix: 'north-' },
    South: {
      prefix: 'south-',
      preprocessScript: ownScript('preprocess', PREPROCESS),
      postprocessScript: ownScript('postprocess', POSTPROCESS),
    },
  });
  north = lab.pipelineOf('North');
  south = lab.pipelineOf('South');
});
afterAll(() => lab?.[Symbol.asyncDispose]());

/** A config with names of its own: those of Amazon Forecast hold for a whole account. */
function configOf(word: string) {
  const text = JSON.stringify(configFor([], { PerformDelete: true }));
  return text.replaceAll('"sales', `"${word}`);
}

test('Ax10 two deployments in one account run at the same time, each with its own bucket and scripts', async () => {
  expect(north.bucket).toBe('north-forecast-mlops-pipeline-resource-bucket-000000000000');
  expect(south.stateMachineArn).toMatch(/:south-Forecast-MLOps-Pipeline$/);
  const ends = await Promise.all([
    north.run(configOf('north'), { 'TTS.csv': TTS }),
    south.run(configOf('south'), { 'TTS.csv': TTS }),
  ]);
  for (const end of ends) expectSuccess(end);
  const [inNorth, inSouth] = ends;
  const [, ...untouched] = await north.table(`forecast/${inNorth?.name}.csv`);
  expect(untouched).toHaveLength(ITEMS.length * HORIZON);
  const [header, ...rows] = await south.table(`forecast/${inSouth?.name}.csv`);
  expect(header).toEqual(['item_id', 'date', 'p10', 'p50', 'p90', 'range']);
  expect(new Set(rows.map(([item]) => item))).toEqual(new Set(ITEMS.slice(1)));
});

test('A2 a stack goes with its bucket and all objects in it; the other one stays', async () => {
  expect((await south.keys()).length).toBeGreaterThan(4);
  await lab.destroy('South');
  const { Buckets = [] } = await north.s3.listBuckets({});
  const names = Buckets.map(({ Name }) => Name);
  expect(names).toContain(north.bucket);
  expect(names).not.toContain(south.bucket);
  const { stateMachines = [] } = await north.sfn.listStateMachines({});
  expect(stateMachines.map(({ name }) => name)).toEqual(['north-Forecast-MLOps-Pipeline']);
});
