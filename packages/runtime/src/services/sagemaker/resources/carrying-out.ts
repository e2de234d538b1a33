import type { SageMaker } from '@aws-sdk/client-sagemaker';
import { ServiceError } from '../../../dispatch/errors.ts';
import { tagChanges, tagsProperty } from '../../../dispatch/property-values.ts';
import type { DeployContext, Properties } from '../../../dispatch/resource-provider.ts';

/** Brings a resource's tags from the previous to the wanted ones. */
export async function followTags(
  context: DeployContext,
  ResourceArn: string,
  properties: Properties,
  previous: Properties,
): Promise<void> {
  const { set, remove } = tagChanges(tagsProperty(properties), tagsProperty(previous));
  const sagemaker = context.client<SageMaker>('sagemaker');
  if (set.length > 0) await sagemaker.addTags({ ResourceArn, Tags: set });
  if (remove.length > 0) await sagemaker.deleteTags({ ResourceArn, TagKeys: remove });
}

/** Deleting what is gone already is no failure. */
export async function unlessGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof ServiceError && /^Could not find /.test(error.message);
}

/** The name at an ARN's end; names differ in more than case, so it leads to the resource. */
export function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** Values of a map as texts: templates have numbers and booleans there too. */
export function textValues(value: unknown): Record<string, string> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)]));
}
