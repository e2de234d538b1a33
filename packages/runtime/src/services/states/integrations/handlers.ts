import { TaskError, type TaskHandler, type TaskHandlers, type TaskResource } from '@slipway/states';
import type { Host } from '../../../dispatch/host.ts';
import type { ActivityQueue } from '../activity-queue.ts';
import { awsSdkHandler, sdkOperation } from './aws-sdk.ts';
import { putEventsHandler } from './events.ts';
import { startExecutionHandler } from './executions.ts';
import { startJobRunHandler } from './glue.ts';
import { functionHandler, invokeHandler } from './lambda.ts';
import { publishHandler, sendMessageHandler } from './messages.ts';
import { RoleClients } from './role-clients.ts';
import { sagemakerCallHandler, sagemakerJobHandler } from './sagemaker.ts';

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
  return (resource: TaskResource) => {
    if (resource.kind === 'lambda') return functionHandler(clients, resource.arn);
    if (resource.kind === 'activity') return activity;
    const { service, action } = resource;
    if (service.startsWith('aws-sdk:'))
      return awsSdkHandler(clients, service.slice('aws-sdk:'.length), action);
    return optimized(service, action)({ clients, signals: host.signals, now });
  };
}

/**
 * Whether a task with an integration could be carried out.
 *
 * @throws TaskError saying what is missing
 */
export function checkIntegration(service: string, action: string): void {
  if (service.startsWith('aws-sdk:')) sdkOperation(service.slice('aws-sdk:'.length), action);
  else optimized(service, action);
}

interface HandlerParts {
  readonly clients: RoleClients;
  readonly signals: Host['signals'];
  readonly now: () => number;
}

type CreateHandler = (parts: HandlerParts) => TaskHandler;

const SAGEMAKER_JOBS = ['TrainingJob', 'TransformJob', 'ProcessingJob'] as const;
const SAGEMAKER_CALLS = ['createModel', 'createEndpointConfig', 'createEndpoint', 'updateEndpoint'];

/** Integrations of Step Functions' own making, by `service:action`. */
const OPTIMIZED: ReadonlyMap<string, CreateHandler> = new Map<string, CreateHandler>([
  ['lambda:invoke', ({ clients, now }) => invokeHandler(clients, now)],
  ['glue:startJobRun', ({ clients, signals, now }) => startJobRunHandler(clients, signals, now)],
  ['states:startExecution', ({ clients, signals, now }) => startExecutionHandler(clients, signals, now)],
  ['events:putEvents', ({ clients, now }) => putEventsHandler(clients, now)],
  ['sns:publish', ({ clients, now }) => publishHandler(clients, now)],
  ['sqs:sendMessage', ({ clients, now }) => sendMessageHandler(clients, now)],
  ...SAGEMAKER_JOBS.map((kind): [string, CreateHandler] => [
    `sagemaker:create${kind}`,
    ({ clients, signals, now }) => sagemakerJobHandler(clients, signals, now, kind),
  ]),
  ...SAGEMAKER_CALLS.map((action): [string, CreateHandler] => [
    `sagemaker:${action}`,
    ({ clients, now }) => sagemakerCallHandler(clients, action, now),
  ]),
]);

function optimized(service: string, action: string): CreateHandler {
  const create = OPTIMIZED.get(`${service}:${action}`);
  if (create) return create;
  throw new TaskError(
    'States.Runtime',
    `The integration ${service}:${action} is not supported by this version of Slipway`,
  );
}
