import { type TaskAttempt, TaskError, type TaskHandler } from '@slipway/states';
import type { ClientOf } from '../../../dispatch/types.ts';
import { toApiInput, toResult } from './json-members.ts';
import type { RoleClients } from './role-clients.ts';
import { sdkService } from './sdk-services.ts';
import { toTaskError } from './task-errors.ts';

type AnyClient = Record<string, (input: unknown) => Promise<unknown>>;

/**
 * `aws-sdk:<service>:<action>`: any API of any service that the runtime has.
 *
 * @throws TaskError when there is no such service or action
 */
export function awsSdkHandler(clients: RoleClients, serviceName: string, action: string): TaskHandler {
  const { service, operation } = sdkOperation(serviceName, action);
  return {
    async run(task: TaskAttempt) {
      const input = toApiInput(service.model, operation.input, task.parameters);
      const client = (await clients.client(service.service, task, task)) as ClientOf<unknown> as AnyClient;
      try {
        const output = await client[action]!(input);
        const result = await toResult(service.model, operation.output, output);
        if (task.resource.kind === 'service' && task.resource.pattern === 'wait-for-task-token') {
          await task.submitted(result);
          return 'pending';
        }
        return { output: result };
      } catch (error) {
        throw toTaskError(error, {
          model: service.model,
          prefix: service.errorPrefix,
          unmodelled: service.errorPrefix,
          serviceName: service.errorPrefix,
          sdkVersion: 2,
        });
      }
    },
  };
}

/** @throws TaskError when there is no such service or action */
export function sdkOperation(serviceName: string, action: string) {
  const service = sdkService(serviceName);
  if (!service) {
    throw new TaskError(
      'States.Runtime',
      `This version of Slipway has no service ${serviceName} for aws-sdk:${serviceName}:${action}`,
    );
  }
  const operationName = action.charAt(0).toUpperCase() + action.slice(1);
  const operation = service.model.operations[operationName];
  if (!operation) throw new TaskError('States.Runtime', `The service ${serviceName} has no action ${action}`);
  return { service, operation };
}
