import { SFN } from '@aws-sdk/client-sfn';
import { SQS } from '@aws-sdk/client-sqs';
import { startTestRuntime, type TestRuntime } from '@slipway/runtime/testing';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { OrdersStack } from './orders-stack.ts';

const DAY = 24 * 60 * 60 * 1000;

let runtime: TestRuntime;
let outputs: Readonly<Record<string, string>>;

beforeAll(async () => {
  runtime = await startTestRuntime();
  const app = new App();
  new OrdersStack(app);
  const [orders] = await runtime.deploy(app);
  outputs = orders?.outputs ?? {};
});
afterAll(() => runtime.stop());

test('an order is confirmed a day later with its total', async () => {
  const sfn = new SFN(runtime.clientConfig);
  const { executionArn } = await sfn.startExecution({
    stateMachineArn: outputs['MachineArn'],
    input: JSON.stringify({
      lines: [
        { pieces: 3, price: 4 },
        { pieces: 1, price: 0.5 },
      ],
    }),
  });
  await vi.waitUntil(
    async () => {
      const { events = [] } = await sfn.getExecutionHistory({ executionArn });
      return events.some(({ type }) => type === 'WaitStateEntered');
    },
    { timeout: 30_000 },
  );

  runtime.advanceTime(DAY);

  const sqs = new SQS(runtime.clientConfig);
  const { Messages = [] } = await sqs.receiveMessage({ QueueUrl: outputs['QueueUrl'], WaitTimeSeconds: 20 });
  expect(JSON.parse(Messages[0]?.Body ?? '')).toEqual({ total: 12.5 });
});
