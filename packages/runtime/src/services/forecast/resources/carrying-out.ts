import type { Forecast } from '@aws-sdk/client-forecast';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Host } from '../../../dispatch/host.ts';
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
  const forecast = context.client<Forecast>('forecast');
  if (set.length > 0) await forecast.tagResource({ ResourceArn, Tags: set });
  if (remove.length > 0) await forecast.untagResource({ ResourceArn, TagKeys: remove });
}

/** Deletes a resource and waits until it is gone, so that its name is free for what comes next. */
export async function deleteAndWait(
  host: Host,
  { signal }: DeployContext,
  arn: string,
  calls: {
    readonly remove: () => Promise<unknown>;
    readonly describe: () => Promise<{ Status?: string | undefined }>;
  },
): Promise<void> {
  try {
    await calls.remove();
    await host.signals.until(
      arn,
      async () => {
        const { Status } = await calls.describe();
        if (Status === 'DELETE_FAILED') throw new Error(`${arn} could not be deleted`);
        return undefined;
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'ResourceNotFoundException') throw error;
  }
}
