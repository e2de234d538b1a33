import type { SSM, Tag } from '@aws-sdk/client-ssm';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Scope } from '../../store/collection.ts';
import { namesIn } from './names.ts';
import { ParametersTable, type Tags } from './parameters-table.ts';

const MOST_TAGS = 50;

export function tagsOf(list: readonly Tag[] | undefined): Tags {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key, Value]));
}

/** Tags of parameters; other resources of Systems Manager there are none. */
export function tagOperations(host: Host) {
  const parameters = new ParametersTable(host.database);

  const tagged = (scope: Scope, type: string, id: string): { name: string; tags: Tags } => {
    if (type === 'Parameter') {
      for (const name of namesIn(scope, id)) {
        const tags = parameters.tags(scope, name);
        if (tags) return { name, tags };
      }
    }
    throw new ServiceError(
      'InvalidResourceId',
      'The resource ID is not valid. Verify that you entered the correct ID and try again.',
    );
  };

  return {
    AddTagsToResource: ({ ResourceType, ResourceId, Tags: added }, context) =>
      context.transaction(() => {
        const { name, tags } = tagged(context, ResourceType, ResourceId);
        const all = { ...tags, ...tagsOf(added) };
        if (Object.keys(all).length > MOST_TAGS) {
          throw new ServiceError('TooManyTagsError', `A resource can have up to ${MOST_TAGS} tags.`);
        }
        parameters.setTags(context, name, all);
        return {};
      }),

    RemoveTagsFromResource: ({ ResourceType, ResourceId, TagKeys }, context) =>
      context.transaction(() => {
        const { name, tags } = tagged(context, ResourceType, ResourceId);
        const left = Object.entries(tags).filter(([key]) => !TagKeys.includes(key));
        parameters.setTags(context, name, Object.fromEntries(left));
        return {};
      }),

    ListTagsForResource: ({ ResourceType, ResourceId }, context) => ({
      TagList: Object.entries(tagged(context, ResourceType, ResourceId).tags).map(([Key, Value]) => ({
        Key,
        Value,
      })),
    }),
  } satisfies Operations<SSM>;
}
