import type { TaskResource } from '../definition/model.ts';
import { runtimeFailure, TaskError } from '../failures.ts';
import type { Host } from './host.ts';
import type { TaskHandler } from './task-handler.ts';

/**
 * Who carries out a resource.
 * @throws StateFailure `States.Runtime` when nobody does
 */
export function findHandler(host: Host, resource: TaskResource): TaskHandler {
  try {
    const handler = host.tasks(resource);
    if (handler !== undefined) return handler;
  } catch (error) {
    if (error instanceof TaskError) throw runtimeFailure(error.causeText ?? error.error);
    throw error;
  }
  throw runtimeFailure(`The resource ${resource.arn} is not supported by this version.`);
}
