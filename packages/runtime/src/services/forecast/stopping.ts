import type { Forecast } from '@aws-sdk/client-forecast';
import type { Operations } from '../../dispatch/service.ts';
import { invalidInput, notFound } from './errors.ts';
import { change, type Parts } from './lifecycle.ts';
import { isJob, type Job, KIND_NAMES } from './resource.ts';

/** StopResource: ends a resource's process for good. */
export function stoppingOperations(parts: Parts) {
  return {
    StopResource({ ResourceArn }, context) {
      return context.transaction(() => {
        const resource = parts.resources.find(context, ResourceArn);
        if (!resource) throw notFound(ResourceArn);
        if (!isJob(resource)) throw invalidInput(`A ${KIND_NAMES[resource.kind]} cannot be stopped`);
        if (resource.status === 'CREATE_STOPPING') return {};
        if (resource.status !== 'CREATE_PENDING' && resource.status !== 'CREATE_IN_PROGRESS') {
          throw invalidInput(
            `The ${KIND_NAMES[resource.kind]} ${ResourceArn} has the status ${resource.status}; ` +
              'only CREATE_PENDING and CREATE_IN_PROGRESS can be stopped',
          );
        }
        change<Job>(parts, context, resource, { status: 'CREATE_STOPPING' });
        parts.host.jobs.stop(resource.jobs.at(-1)!);
        return {};
      });
    },
  } satisfies Operations<Forecast>;
}
