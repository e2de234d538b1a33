import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { ForecastTests } from './testing/forecast-tests.ts';

let runtime: TestRuntime;
let tests: ForecastTests;

beforeAll(async () => {
  runtime = await startTestRuntime();
  tests = new ForecastTests(runtime);
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('tags are given at creation, overwritten one by one, and taken away', async () => {
  const { forecast } = tests;
  const ResourceArn = await tests.dataset('tagged', 'TARGET_TIME_SERIES', {
    Tags: [
      { Key: 'team', Value: 'sales' },
      { Key: 'stage', Value: 'test' },
    ],
  });
  await forecast.tagResource({
    ResourceArn,
    Tags: [
      { Key: 'stage', Value: '' },
      { Key: 'c', Value: 'd' },
    ],
  });
  await forecast.untagResource({ ResourceArn, TagKeys: ['team', 'never there'] });
  expect((await forecast.listTagsForResource({ ResourceArn })).Tags).toEqual([
    { Key: 'stage', Value: '' },
    { Key: 'c', Value: 'd' },
  ]);
});

test("AWS's own prefix, a key twice, and more than fifty tags are refused", async () => {
  const { forecast } = tests;
  const ResourceArn = await tests.group('tag_limits', []);
  const tags = (number: number, prefix: string) =>
    Array.from({ length: number }, (_, index) => ({ Key: prefix + index, Value: 'x' }));
  await expect(
    forecast.tagResource({ ResourceArn, Tags: [{ Key: 'AWS:x', Value: 'y' }] }),
  ).rejects.toMatchObject({ name: 'InvalidInputException' });
  await expect(
    forecast.tagResource({ ResourceArn, Tags: [...tags(1, 'k'), ...tags(1, 'k')] }),
  ).rejects.toMatchObject({ name: 'InvalidInputException' });
  await forecast.tagResource({ ResourceArn, Tags: tags(50, 'k') });
  await forecast.tagResource({ ResourceArn, Tags: tags(50, 'k') });
  await expect(forecast.tagResource({ ResourceArn, Tags: tags(1, 'more') })).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Quota limit of 50 tags per resource has been reached',
  });
});

test('a resource that is not there has no tags', async () => {
  const ResourceArn = 'arn:aws:forecast:us-east-1:000000000000:dataset/missing';
  const missing = { name: 'ResourceNotFoundException', message: `No resource found ${ResourceArn}` };
  await expect(tests.forecast.listTagsForResource({ ResourceArn })).rejects.toMatchObject(missing);
  await expect(tests.forecast.tagResource({ ResourceArn, Tags: [] })).rejects.toMatchObject(missing);
  await expect(tests.forecast.untagResource({ ResourceArn, TagKeys: [] })).rejects.toMatchObject(missing);
});
