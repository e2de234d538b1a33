import type { Forecast, Tag } from '@aws-sdk/client-forecast';
import type { Operations } from '../../dispatch/service.ts';
import { invalidInput, limitExceeded, notFound } from './errors.ts';
import type { Parts } from './lifecycle.ts';

type Tags = Readonly<Record<string, string>>;

const MOST_TAGS = 50;

/** TagResource, UntagResource and ListTagsForResource; tags go with their resource. */
export function tagOperations({ resources }: Parts) {
  return {
    TagResource(input, context) {
      const added = tagsOf(input.Tags);
      return context.transaction(() => {
        const resource = resources.find(context, input.ResourceArn) ?? missing(input.ResourceArn);
        const tags = { ...resource.tags, ...added };
        checkNumber(tags);
        resources.update(context, { ...resource, tags });
        return {};
      });
    },

    UntagResource(input, context) {
      return context.transaction(() => {
        const resource = resources.find(context, input.ResourceArn) ?? missing(input.ResourceArn);
        const kept = Object.entries(resource.tags).filter(([key]) => !input.TagKeys.includes(key));
        resources.update(context, { ...resource, tags: Object.fromEntries(kept) });
        return {};
      });
    },

    ListTagsForResource(input, context) {
      const { tags } = resources.find(context, input.ResourceArn) ?? missing(input.ResourceArn);
      return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    },
  } satisfies Operations<Forecast>;
}

/**
 * A request's tags.
 *
 * @throws InvalidInputException for a key that occurs twice or begins with AWS's own prefix;
 *   LimitExceededException for more than 50
 */
export function tagsOf(given: readonly Tag[] = []): Tags {
  const tags: Record<string, string> = {};
  for (const { Key = '', Value = '' } of given) {
    if (/^aws:/i.test(Key))
      throw invalidInput(`Tag key ${Key} is not valid: keys beginning with aws: are reserved`);
    if (Object.hasOwn(tags, Key)) throw invalidInput(`Tag key ${Key} is given more than once`);
    tags[Key] = Value;
  }
  checkNumber(tags);
  return tags;
}

function checkNumber(tags: Tags): void {
  if (Object.keys(tags).length > MOST_TAGS) {
    throw limitExceeded(`Quota limit of ${MOST_TAGS} tags per resource has been reached`);
  }
}

function missing(arn: string): never {
  throw notFound(arn);
}
