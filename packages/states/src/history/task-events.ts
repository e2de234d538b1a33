import type { TaskResource } from '../definition/model.ts';
import type { Failure } from '../failures.ts';
import type { Json, JsonObject } from '../json.ts';
import type { HistoryEventType } from './event-types.ts';

/** What the events of a task say; Lambda ARNs, activities and service integrations each have their own types. */
export interface TaskEvent {
  readonly type: HistoryEventType;
  readonly details?: JsonObject;
}

export interface ScheduledTask {
  readonly resource: TaskResource;
  readonly parameters: Json;
  readonly region: string;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  readonly credentialsRoleArn: string | undefined;
}

type Moment = 'Scheduled' | 'Started' | 'Succeeded' | 'Failed' | 'TimedOut';

export function scheduledEvent(task: ScheduledTask): TaskEvent {
  const { resource, timeoutSeconds, heartbeatSeconds, credentialsRoleArn } = task;
  const text = JSON.stringify(task.parameters);
  const times: JsonObject = {
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === undefined || resource.kind === 'lambda'
      ? {}
      : { heartbeatInSeconds: heartbeatSeconds }),
  };
  const credentials: JsonObject =
    credentialsRoleArn === undefined ? {} : { taskCredentials: { roleArn: credentialsRoleArn } };
  const details: JsonObject =
    resource.kind === 'service'
      ? { ...serviceDetails(resource), region: task.region, parameters: text }
      : { resource: resource.arn, input: text, inputDetails: { truncated: false } };
  return { type: eventType(resource, 'Scheduled'), details: { ...details, ...times, ...credentials } };
}

export function startedEvent(resource: TaskResource, workerName: string | undefined): TaskEvent {
  const type = eventType(resource, 'Started');
  if (resource.kind === 'service') return { type, details: serviceDetails(resource) };
  if (resource.kind === 'lambda') return { type };
  return { type, details: workerName === undefined ? {} : { workerName } };
}

/** Only service integrations tell that a job or a request with a token was submitted. */
export function submittedEvent(resource: TaskResource, response: Json): TaskEvent {
  return { type: 'TaskSubmitted', details: { ...ownDetails(resource), ...outputDetails(response) } };
}

export function succeededEvent(resource: TaskResource, output: Json): TaskEvent {
  return {
    type: eventType(resource, 'Succeeded'),
    details: { ...ownDetails(resource), ...outputDetails(output) },
  };
}

export function failedEvent(resource: TaskResource, failure: Failure): TaskEvent {
  return {
    type: eventType(resource, 'Failed'),
    details: { ...ownDetails(resource), ...failureDetails(failure) },
  };
}

export function timedOutEvent(resource: TaskResource, failure: Failure): TaskEvent {
  return {
    type: eventType(resource, 'TimedOut'),
    details: { ...ownDetails(resource), ...failureDetails(failure) },
  };
}

/** Members of a failure as event details have them: absent ones are left out. */
export function failureDetails({ error, cause }: Failure): JsonObject {
  return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
}

function eventType(resource: TaskResource, moment: Moment): HistoryEventType {
  switch (resource.kind) {
    case 'lambda':
      return `LambdaFunction${moment}`;
    case 'activity':
      return `Activity${moment}`;
    case 'service':
      return `Task${moment}`;
    default:
      return resource satisfies never;
  }
}

function ownDetails(resource: TaskResource): JsonObject {
  return resource.kind === 'service' ? serviceDetails(resource) : {};
}

type ServiceResource = Extract<TaskResource, { kind: 'service' }>;

const patternSuffix: Record<ServiceResource['pattern'], string> = {
  'request-response': '',
  sync: '.sync',
  'sync:2': '.sync:2',
  'wait-for-task-token': '.waitForTaskToken',
};

function serviceDetails({ service, action, pattern }: ServiceResource): JsonObject {
  return { resourceType: service, resource: `${action}${patternSuffix[pattern]}` };
}

function outputDetails(value: Json): JsonObject {
  return { output: JSON.stringify(value), outputDetails: { truncated: false } };
}
