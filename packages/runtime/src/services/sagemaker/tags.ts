import type { SageMaker, Tag } from '@aws-sdk/client-sagemaker';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import { pagePosition, pageToken } from '../../store/page-token.ts';
import { invalid } from './errors.ts';
import type { SageMakerParts } from './parts.ts';
import type { Tags } from './resource-store.ts';

const MOST_TAGS = 50;

/** Tags of all resources. */
export function tagOperations({ store }: Pick<SageMakerParts, 'store'>) {
  return {
    AddTags({ ResourceArn, Tags }, context) {
      return context.transaction(() => ({
        Tags: tagList(change(context, ResourceArn, (tags) => ({ ...tags, ...tagsOf(Tags) }))),
      }));
    },

    DeleteTags({ ResourceArn, TagKeys }, context) {
      return context.transaction(() => {
        change(context, ResourceArn, (tags) =>
          Object.fromEntries(Object.entries(tags).filter(([key]) => !TagKeys.includes(key))),
        );
        return {};
      });
    },

    ListTags({ ResourceArn, NextToken, MaxResults = MOST_TAGS }, context) {
      const all = tagList(tagged(context, ResourceArn).resource.tags);
      const position = NextToken === undefined ? '0' : pagePosition(NextToken, ResourceArn);
      if (position === undefined) throw invalid('Invalid NextToken.');
      const end = Number(position) + MaxResults;
      return {
        Tags: all.slice(Number(position), end),
        ...(end < all.length && { NextToken: pageToken(String(end), ResourceArn) }),
      };
    },
  } satisfies Operations<SageMaker>;

  function change(context: CallContext, arn: string, changed: (tags: Tags) => Tags): Tags {
    const { kind, resource } = tagged(context, arn);
    const tags = changed(resource.tags);
    checkNumber(tags);
    store.update(kind, context, { ...resource, tags } as never);
    return tags;
  }

  function tagged(context: CallContext, arn: string) {
    const found = store.byArn(context, arn);
    // Unverified: AWS's words.
    if (!found) throw invalid(`Could not find resource with ARN "${arn}".`);
    return found;
  }
}

/**
 * A request's tags.
 *
 * @throws ServiceError for a key that occurs twice or begins with AWS's own prefix, and for too many
 */
export function tagsOf(given: readonly Tag[] = []): Tags {
  const tags: Record<string, string> = {};
  for (const { Key = '', Value = '' } of given) {
    if (/^aws:/i.test(Key))
      throw invalid(`Tag key ${Key} is not valid: keys beginning with aws: are reserved.`);
    if (Object.hasOwn(tags, Key)) throw invalid(`Duplicate tag key ${Key} in the request.`);
    tags[Key] = Value;
  }
  checkNumber(tags);
  return tags;
}

function tagList(tags: Tags) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function checkNumber(tags: Tags): void {
  if (Object.keys(tags).length > MOST_TAGS) {
    throw invalid(`A resource can have ${MOST_TAGS} tags at most.`);
  }
}
