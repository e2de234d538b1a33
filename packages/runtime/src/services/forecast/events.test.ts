import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { expect, test } from 'vitest';
import { startTestRuntime } from '../../testing/test-runtime.ts';
import { until } from '../../testing/until.ts';
import { ForecastTests, monthlyRows } from './testing/forecast-tests.ts';
import { StandInImages } from './testing/stand-in-image.ts';

interface Event {
  'detail-type': string;
  source: string;
  resources: string[];
  detail: { Arn: string; Status: string; Duration?: number; Message?: string };
}

test("EventBridge gets the events of a resource's life", async () => {
  using images = new StandInImages();
  await using runtime = await startTestRuntime({ imagesFolder: images.folder });
  const tests = new ForecastTests(runtime);
  const logs = new CloudWatchLogs(runtime.clientConfig);
  const bridge = new EventBridge(runtime.clientConfig);
  await logs.createLogGroup({ logGroupName: 'forecast' });
  await bridge.putRule({ Name: 'forecast', EventPattern: JSON.stringify({ source: ['aws.forecast'] }) });
  const Arn = 'arn:aws:logs:us-east-1:000000000000:log-group:forecast';
  await bridge.putTargets({ Rule: 'forecast', Targets: [{ Id: 'log', Arn }] });

  await tests.upload({ 'tts.csv': monthlyRows() });
  const { target, import: good } = await tests.readyGroup('events');
  const bad = await tests.import(target, 'bad', 'missing.csv');
  await tests.forecast.deleteResourceTree({ ResourceArn: target });

  const received = await until(async () => {
    const { events = [] } = await logs.filterLogEvents({ logGroupName: 'forecast' });
    return events.length < 6 ? undefined : events.map(({ message = '' }) => JSON.parse(message) as Event);
  });
  const told = received.map(({ 'detail-type': type, detail }) => `${type}: ${detail.Arn} ${detail.Status}`);
  expect(told.toSorted()).toEqual(
    [
      `Forecast Dataset Import Job State Change: ${good} CREATE_IN_PROGRESS`,
      `Forecast Dataset Import Job State Change: ${good} ACTIVE`,
      `Forecast Dataset Import Job State Change: ${bad} CREATE_FAILED`,
      `Forecast Dataset Import Job Deletion State Change: ${good} DELETE_IN_PROGRESS`,
      `Forecast Dataset Import Job Deletion State Change: ${bad} DELETE_IN_PROGRESS`,
      `Forecast Dataset Deletion State Change: ${target} DELETE_IN_PROGRESS`,
    ].toSorted(),
  );
  const failed = received.find(({ detail }) => detail.Status === 'CREATE_FAILED');
  expect(failed).toMatchObject({
    source: 'aws.forecast',
    resources: [bad],
    detail: { Duration: 0, Message: expect.stringContaining('Unable to read data') },
  });
  const deleted = received.find(({ detail }) => detail.Status === 'DELETE_IN_PROGRESS');
  expect(deleted?.detail).not.toHaveProperty('Duration');
});
