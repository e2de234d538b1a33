import type { Glue } from '@aws-sdk/client-glue';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import { invalidInput, notFound, notSupported } from './errors.ts';
import type { JobRecord } from './job-store.ts';
import { jobArn } from './names.ts';
import type { GlueParts } from './parts.ts';

const MOST_TAGS = 50;

/** Tags of jobs. */
export function tagOperations({ store }: GlueParts) {
  return {
    GetTags({ ResourceArn }, context) {
      return { Tags: tagged(context, ResourceArn).Tags };
    },

    async TagResource({ ResourceArn, TagsToAdd }, context) {
      return await context.transaction(() =>
        change(context, ResourceArn, (tags) => ({ ...tags, ...TagsToAdd })),
      );
    },

    async UntagResource({ ResourceArn, TagsToRemove }, context) {
      const removed = new Set(TagsToRemove);
      return await context.transaction(() =>
        change(context, ResourceArn, (tags) =>
          Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key))),
        ),
      );
    },
  } satisfies Operations<Glue>;

  function change(
    context: CallContext,
    arn: string,
    changed: (tags: Record<string, string>) => Record<string, string>,
  ): object {
    const record = tagged(context, arn);
    const Tags = changed(record.Tags);
    if (Object.keys(Tags).length > MOST_TAGS) {
      throw invalidInput(`A resource can have ${MOST_TAGS} tags at most.`);
    }
    store.jobs.update(context, record.Job.Name, { ...record, Tags });
    return {};
  }

  function tagged({ account, region }: CallContext, arn: string): JobRecord {
    if (!/^arn:[^:]+:glue:[^:]*:\d*:job\//.test(arn)) throw notSupported(`Tags of ${arn} are`);
    const prefix = jobArn({ account, region }, '');
    const record = arn.startsWith(prefix)
      ? store.jobs.get({ account, region }, arn.slice(prefix.length))
      : undefined;
    if (!record) throw notFound('Resource Not Found');
    return record;
  }
}
