import type { CallContext } from '../../../dispatch/context.ts';
import type { Bucket, BucketSettings } from '../bucket-store.ts';
import type { Stores } from '../stores.ts';

/** A request about one bucket. */
export interface BucketInput {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** Changes a bucket's settings in one transaction; a setting of undefined is taken away. */
export function changeBucket(
  { buckets }: Stores,
  input: BucketInput,
  context: CallContext,
  change: (bucket: Bucket) => BucketSettings,
): Promise<Record<never, never>> {
  return context.transaction(() => {
    const bucket = buckets.require(input.Bucket, input.ExpectedBucketOwner);
    buckets.change(bucket, change(bucket));
    return {};
  });
}
