import { TaskError, type TaskHandler, type TaskHandlers, type TaskResource } from '@slipway/states';
import type { Host } from '../../../dispatch/host.ts';
import type { ActivityQueue } from '../activity-queue.ts';
import { awsSdkHandler } from './aws-sdk.ts';
import { putEventsHandler } from './events.ts';
import { startExecutionHandler } from './executions.ts';
import { startJobRunHandler } from './glue.ts';
import { functionHandler, invokeHandler } from './lambda.ts';
import { publishHandler, sendMessageHandler } from './messages.ts';
import { RoleClients } from './role-clients.ts';

/** Who carries out a task, by its resource. */
export function taskHandlers(host: Host, activities: ActivityQueue): TaskHandlers {
  const clients = new RoleClients(host);
  const now = () => host.clock.now();
  const activity: TaskHandler = {
    async run(task) {
      await activities.offer(task.resource.arn, task);
      return 'pending';
    },
  };
  // Integrations of Step Functions' own making, by `service:action`.
  const optimized: Record<string, TaskHandler> = {
    'lambda:invoke': invokeHandler(clients, now),
    'glue:startJobRun': startJobRunHandler(clients, host.signals, now),
    'states:startExecution': startExecutionHandler(clients, host.signals, now),
    'events:putEvents': putEventsHandler(clients, now),
    'sns:publish': publishHandler(clients, now),
    'sqs:sendMessage': sendMessageHandler(clients, now),
  };
  return (resource: TaskResource) => {
    if (resource.kind === 'lambda') return functionHandler(clients, resource.arn);
    if (resource.kind === 'activity') return activity;
    const { service, action } = resource;
    if (service.startsWith('aws-sdk:'))
      return awsSdkHandler(clients, service.slice('aws-sdk:'.length), action);
    const handler = optimized[`${service}:${action}`];
    if (!handler) {
      throw new TaskError(
        'States.Runtime',
        `The integration ${service}:${action} is not supported by this version of Slipway`,
      );
    }
    return handler;
  };
}
