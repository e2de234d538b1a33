import type { Lambda } from '@aws-sdk/client-lambda';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import { invalidParameter } from './errors.ts';
import { type FunctionReference, referenceOf } from './names.ts';
import type { LambdaParts } from './parts.ts';

const MOST_TAGS = 50;

/** Tags, which belong to a function as a whole. */
export function tagOperations({ host, functions }: LambdaParts) {
  return {
    ListTags(input, context) {
      return { Tags: functions.functionOf(taggedFunction(input.Resource, context)).Tags };
    },

    async TagResource(input, context) {
      const reference = taggedFunction(input.Resource, context);
      if (Object.keys(input.Tags).length === 0) {
        throw invalidParameter('An error occurred and the request cannot be processed.');
      }
      return await context.transaction(() => change(reference, (tags) => ({ ...tags, ...input.Tags })));
    },

    async UntagResource(input, context) {
      const reference = taggedFunction(input.Resource, context);
      const removed = new Set(input.TagKeys);
      return await context.transaction(() =>
        change(reference, (tags) =>
          Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key))),
        ),
      );
    },
  } satisfies Operations<Lambda>;

  function change(
    reference: FunctionReference,
    changed: (tags: Record<string, string>) => Record<string, string>,
  ): object {
    const record = functions.functionOf(reference);
    const Tags = changed(record.Tags);
    if (Object.keys(Tags).length > MOST_TAGS) {
      throw invalidParameter(`Number of tags exceeds resource tag limit.`);
    }
    functions.functions.update(reference.scope, reference.name, { ...record, Tags });
    functions.putVersion(reference.scope, { ...functions.resolve(reference), RevisionId: host.ids.uuid() });
    return {};
  }
}

function taggedFunction(arn: string, context: CallContext): FunctionReference {
  if (!arn.includes(':function:')) {
    throw invalidParameter(
      `Tags of ${arn} are not supported by this version of Slipway, only those of functions.`,
    );
  }
  const reference = referenceOf(context, arn);
  if (reference.qualifier !== undefined) {
    throw invalidParameter(
      'Tags on function aliases and versions are not supported. Please specify either a function ARN or an event source mapping ARN.',
    );
  }
  return reference;
}
