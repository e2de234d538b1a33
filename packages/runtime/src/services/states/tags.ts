import type { SFN, Tag } from '@aws-sdk/client-sfn';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Operations } from '../../dispatch/service.ts';
import { Collection, type Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';
import { invalidArn, resourceNotFound } from './errors.ts';
import type { StatesParts } from './parts.ts';

const MOST_TAGS = 50;

export const tagSchema = Collection.schema('states_tags');

type Tags = Record<string, string>;

function collection(database: Database): Collection<Tags> {
  return new Collection<Tags>(database, 'states_tags');
}

/** Inside a transaction: sets tags of a resource, leaving others. */
export function putTags(database: Database, scope: Scope, arn: string, tags: readonly Tag[]): void {
  if (tags.length === 0) return;
  const all = { ...collection(database).get(scope, arn) };
  for (const { key = '', value = '' } of tags) all[key] = value;
  if (Object.keys(all).length > MOST_TAGS) {
    throw new ServiceError('TooManyTags', `Too many tags: a resource can have ${MOST_TAGS}`, {
      resourceName: arn,
    });
  }
  collection(database).put(scope, arn, all);
}

export function tagOperations(
  { host, machines }: StatesParts,
  activityExists: (scope: Scope, arn: string) => boolean,
) {
  const tags = collection(host.database);

  /** @throws InvalidArn, ResourceNotFound */
  function check(context: CallContext, arn: string): void {
    const match = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:(stateMachine|activity|mapRun):([^:/]+)/.exec(
      arn,
    );
    if (!match) throw invalidArn(arn);
    const exists =
      match[1] === 'stateMachine' ? machines.machines.get(context, match[2]!) : activityExists(context, arn);
    if (!exists) throw resourceNotFound(arn);
  }

  return {
    TagResource(input, context) {
      check(context, input.resourceArn);
      return context.transaction(() => {
        putTags(host.database, context, input.resourceArn, input.tags);
        return {};
      });
    },

    UntagResource(input, context) {
      check(context, input.resourceArn);
      return context.transaction(() => {
        const left = { ...tags.get(context, input.resourceArn) };
        for (const key of input.tagKeys) delete left[key];
        tags.put(context, input.resourceArn, left);
        return {};
      });
    },

    ListTagsForResource(input, context) {
      check(context, input.resourceArn);
      const found = tags.get(context, input.resourceArn) ?? {};
      return { tags: Object.entries(found).map(([key, value]) => ({ key, value })) };
    },
  } satisfies Operations<SFN>;
}
