import type { Glue } from '@aws-sdk/client-glue';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Scope } from '../../store/collection.ts';
import { invalidInput } from './errors.ts';
import { jobDefinition, warnOfDifferences } from './job-settings.ts';
import { pageOf } from './paging.ts';
import type { GlueParts } from './parts.ts';

const LARGEST_PAGE = 1000;

/** Job definitions. */
export function jobOperations({ host, store, lifecycle }: GlueParts) {
  return {
    async CreateJob(input, context) {
      const { Name, Tags = {}, ...settings } = input;
      const Job = jobDefinition(Name, settings, { CreatedOn: context.now, LastModifiedOn: context.now });
      warnOfDifferences(Job, context);
      const record = { Job, Id: `j_${host.ids.hex(64)}`, Tags };
      return await context.transaction(() => {
        if (!store.jobs.insert(context, Name, record)) {
          // Unverified: AWS's words, and whether the same definition once more is accepted.
          throw new ServiceError('AlreadyExistsException', 'Job already exists.');
        }
        return { Name };
      });
    },

    async UpdateJob({ JobName, JobUpdate: { Role, Command, ...settings } }, context) {
      return await context.transaction(() => {
        const record = store.job(context, JobName);
        if (!Role || !Command) throw invalidInput('Role and Command should not be null.');
        const times = { CreatedOn: record.Job.CreatedOn ?? context.now, LastModifiedOn: context.now };
        const Job = jobDefinition(JobName, { Role, Command, ...settings }, times);
        warnOfDifferences(Job, context);
        store.jobs.update(context, JobName, { ...record, Job });
        lifecycle.startWaiting(context, JobName);
        return { JobName };
      });
    },

    GetJob({ JobName }, context) {
      return { Job: store.job(context, JobName).Job };
    },

    GetJobs({ NextToken, MaxResults = LARGEST_PAGE }, context) {
      const list = (after: string | undefined, limit: number) => store.jobs.list(context, { after, limit });
      const { page, ...rest } = pageOf(list, { NextToken, MaxResults }, 'GetJobs');
      return { Jobs: page.map(({ Job }) => Job), ...rest };
    },

    ListJobs({ NextToken, MaxResults = LARGEST_PAGE, Tags = {} }, context) {
      const { page, ...rest } = pageOf(
        (after, limit) => taggedJobs(context, Tags, after).slice(0, limit),
        { NextToken, MaxResults },
        ['ListJobs', Tags],
      );
      return { JobNames: page.map(({ Job }) => Job.Name), ...rest };
    },

    BatchGetJobs({ JobNames }, context) {
      const found = JobNames.map((name) => ({ name, job: store.jobs.get(context, name)?.Job }));
      return {
        Jobs: found.flatMap(({ job }) => job ?? []),
        JobsNotFound: found.flatMap(({ name, job }) => (job ? [] : name)),
      };
    },

    async DeleteJob({ JobName }, context) {
      return await context.transaction(() => {
        store.jobs.delete(context, JobName);
        lifecycle.forget(context, JobName);
        return { JobName };
      });
    },
  } satisfies Operations<Glue>;

  function taggedJobs(scope: Scope, tags: Record<string, string>, after: string | undefined) {
    const wanted = Object.entries(tags);
    return store.jobs
      .list(scope, { after })
      .filter(({ document }) => wanted.every(([key, value]) => document.Tags[key] === value));
  }
}
