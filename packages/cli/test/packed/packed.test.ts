import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SFN } from '@aws-sdk/client-sfn';
import { SQS } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Outside, TSC } from './outside.ts';
import { PLAIN_APP, TYPED_TEST } from './plain-app.ts';

const LONG = 1_200_000;
const outside = new Outside();

beforeAll(() => outside.install(), LONG);
afterAll(() => outside.remove(), LONG);

test(
  'the packages hold what they need and say their terms',
  async () => {
    expect(await outside.npx(['slipway', '--version'])).toMatchObject({ code: 0, out: '0.1.0\n' });
    for (const name of [
      'slipway',
      '@slipway/runtime',
      '@slipway/pipelines',
      '@slipway/states',
      '@slipway/images',
    ]) {
      const folder = join(outside.folder, 'node_modules', name);
      for (const file of ['LICENSE', 'NOTICE', 'README.md'])
        expect(existsSync(join(folder, file))).toBe(true);
      expect(readFileSync(join(folder, 'package.json'), 'utf8')).not.toMatch(
        /"source"|"private"|devDependencies/,
      );
    }
  },
  LONG,
);

test(
  'an app that knows nothing of Slipway is deployed by slipway and by the CDK, and runs',
  async () => {
    writeFileSync(join(outside.folder, 'app.js'), PLAIN_APP);
    writeFileSync(join(outside.folder, 'cdk.json'), '{ "app": "node app.js" }');
    const { child, first } = await outside.start([
      'slipway',
      'up',
      '--port',
      '0',
      '--access',
      'enforce',
      '--json',
    ]);
    try {
      const variables = JSON.parse((await outside.npx(['slipway', 'env', '--json'])).out) as Record<
        string,
        string
      >;
      expect(variables['AWS_ENDPOINT_URL']).toBe(first['endpoint']);

      const bySlipway = await outside.npx(['slipway', 'deploy', '--context', 'stack=Mine', '--json']);
      expect(bySlipway).toMatchObject({ code: 0 });
      const [{ outputs }] = JSON.parse(bySlipway.out) as [{ outputs: Record<string, string> }];
      expect(await answerOf(variables, outputs, 21)).toBe('42');

      const cdk = ['cdk', 'deploy', '--context', 'stack=Plain', '--require-approval', 'never'];
      const byCdk = await outside.npx([...cdk, '--outputs-file', 'outputs.json'], variables);
      expect(byCdk).toMatchObject({ code: 0 });
      const { Plain } = JSON.parse(readFileSync(join(outside.folder, 'outputs.json'), 'utf8')) as {
        Plain: Record<string, string>;
      };
      expect(await answerOf(variables, Plain, 4)).toBe('8');
    } finally {
      const ended = once(child, 'close');
      await outside.npx(['slipway', 'down']);
      await ended;
    }
  },
  LONG,
);

test(
  'the test helper has types',
  async () => {
    writeFileSync(join(outside.folder, 'typed.mts'), TYPED_TEST);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--skipLibCheck'];
    const lib = ['--lib', 'es2024,esnext.disposable', '--types', ''];
    expect(await outside.run(TSC, [...options, ...lib, 'typed.mts'])).toMatchObject({ code: 0, out: '' });
  },
  LONG,
);

/** Starts an execution with a number and waits for the message that it sends. */
async function answerOf(
  { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region }: Record<string, string>,
  { MachineArn, QueueUrl }: Record<string, string>,
  number: number,
): Promise<string | undefined> {
  const client = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  await new SFN(client).startExecution({ stateMachineArn: MachineArn, input: JSON.stringify({ number }) });
  const { Messages = [] } = await new SQS(client).receiveMessage({ QueueUrl, WaitTimeSeconds: 20 });
  return Messages[0]?.Body;
}
