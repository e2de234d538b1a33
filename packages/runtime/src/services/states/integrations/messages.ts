import type { SNS } from '@aws-sdk/client-sns';
import type { SQS } from '@aws-sdk/client-sqs';
import type { Json, TaskAttempt, TaskHandler } from '@slipway/states';
import { loadModel } from '../../../model/load.ts';
import { toApiInput, toResult } from './json-members.ts';
import type { RoleClients } from './role-clients.ts';
import { sdkMetadata } from './sdk-metadata.ts';
import { type ErrorStyle, toTaskError } from './task-errors.ts';

/** `sqs:sendMessage` and `.waitForTaskToken`: the message's body may be an object. */
export function sendMessageHandler(clients: RoleClients, now: () => number): TaskHandler {
  return messageHandler('sqs', 'SendMessage', now, async (task, input) => {
    const sqs = await clients.client<SQS>('sqs', task, task);
    return await sqs.sendMessage(input as Parameters<SQS['sendMessage']>[0]);
  });
}

/** `sns:publish` and `.waitForTaskToken`: the message may be an object. */
export function publishHandler(clients: RoleClients, now: () => number): TaskHandler {
  return messageHandler('sns', 'Publish', now, async (task, input) => {
    const sns = await clients.client<SNS>('sns', task, task);
    return await sns.publish(input as Parameters<SNS['publish']>[0]);
  });
}

function messageHandler(
  service: 'sns' | 'sqs',
  operationName: string,
  now: () => number,
  send: (task: TaskAttempt, input: unknown) => Promise<unknown>,
): TaskHandler {
  const model = loadModel(service);
  const operation = model.operations[operationName]!;
  const name = service.toUpperCase();
  const style: ErrorStyle = {
    model,
    prefix: name,
    unmodelled: `Amazon${name}`,
    serviceName: `Amazon${name}`,
    sdkVersion: 1,
  };
  return {
    async run(task) {
      const input = toApiInput(model, operation.input, task.parameters);
      try {
        const output = await toResult(model, operation.output, await send(task, input));
        const metadata = sdkMetadata(output, task.token.slice(0, 36), now());
        const result: Json = { ...(output as Record<string, Json>), ...metadata };
        if (task.resource.kind === 'service' && task.resource.pattern === 'wait-for-task-token') {
          await task.submitted(result);
          return 'pending';
        }
        return { output: result };
      } catch (error) {
        throw toTaskError(error, style);
      }
    },
  };
}
