import type { TaskPattern, TaskResource } from './model.ts';
import type { ObjectReader } from './object-reader.ts';

const lambdaArn = /^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:.+$/;
const activityArn = /^arn:[a-z-]+:states:[a-z0-9-]+:\d{12}:activity:.+$/;
const serviceArn =
  /^arn:[a-z-]+:states:[a-z0-9-]*:\d*:((?:aws-sdk:)?[a-zA-Z0-9-]+):([a-zA-Z0-9]+)(?:\.(.+))?$/;

const patterns: ReadonlyMap<string | undefined, TaskPattern> = new Map<string | undefined, TaskPattern>([
  [undefined, 'request-response'],
  ['sync', 'sync'],
  ['sync:2', 'sync:2'],
  ['waitForTaskToken', 'wait-for-task-token'],
]);

/** The Resource of a Task. */
export function readResource(reader: ObjectReader): TaskResource {
  reader.require('Resource');
  const arn = reader.string('Resource') ?? '';
  const resource = parseResource(arn);
  if (resource !== undefined) return resource;
  if (arn !== '') {
    reader.fail(
      `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
      'Resource',
    );
  }
  return { kind: 'lambda', arn };
}

function parseResource(arn: string): TaskResource | undefined {
  if (lambdaArn.test(arn)) return { kind: 'lambda', arn };
  if (activityArn.test(arn)) return { kind: 'activity', arn };
  const parts = serviceArn.exec(arn);
  const pattern = patterns.get(parts?.[3]);
  if (parts === null || pattern === undefined) return undefined;
  const [, service = '', action = ''] = parts;
  return { kind: 'service', arn, service, action, pattern };
}
