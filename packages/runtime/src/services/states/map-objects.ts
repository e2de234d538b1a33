import type { S3 } from '@aws-sdk/client-s3';
import type { ObjectStore } from '@slipway/states';
import { roleSession } from '../../access/caller.ts';
import type { Host } from '../../dispatch/host.ts';

/** S3 for Distributed Map's readers and writers, on behalf of the state machine's role. */
export function mapObjects(host: Host): ObjectStore {
  const clientOf = (roleArn: string) =>
    host.client<S3>('s3', {
      caller: roleSession({ arn: roleArn, id: 'states' }, 'map-run'),
      region: host.config.defaultRegion,
    });
  return {
    async get({ bucket, key, versionId, roleArn }) {
      const { Body } = await clientOf(roleArn).getObject({
        Bucket: bucket,
        Key: key,
        ...(versionId && { VersionId: versionId }),
      });
      const chunks: Buffer[] = [];
      for await (const chunk of Body ?? []) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },

    async list({ bucket, prefix, roleArn }) {
      const client = clientOf(roleArn);
      const found = [];
      let token: string | undefined;
      do {
        const page = await client.listObjectsV2({
          Bucket: bucket,
          Prefix: prefix,
          ...(token && { ContinuationToken: token }),
        });
        found.push(...(page.Contents ?? []));
        token = page.NextContinuationToken;
      } while (token);
      return found.map(({ Key = '', ETag = '', Size = 0, LastModified, StorageClass = 'STANDARD' }) => ({
        key: Key,
        etag: ETag,
        size: Size,
        lastModified: LastModified?.getTime() ?? 0,
        storageClass: StorageClass,
      }));
    },

    async put({ bucket, key, roleArn, body, contentType }) {
      await clientOf(roleArn).putObject({ Bucket: bucket, Key: key, Body: body, ContentType: contentType });
    },
  };
}
