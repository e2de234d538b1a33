import type { Readable } from 'node:stream';
import type { CallContext } from '../../../dispatch/context.ts';
import { loadModel } from '../../../model/load.ts';
import { readXml } from '../../../wire/xml.ts';
import { type ContentInput, documentOf, storageClass } from '../content.ts';
import { fault, invalidArgument, preconditionFailed } from '../errors.ts';
import { checkKey } from '../names.ts';
import { answeredVersion, writeVersion } from '../put-object.ts';
import { receiveBody } from '../receive.ts';
import { blobSegments, type Stores } from '../stores.ts';
import { checkTags } from '../tags.ts';
import { readForm, type UploadForm } from './form.ts';
import { type AllowedSize, checkFormPolicy } from './policy.ts';

/** What the model's patch declares; the operation is in no SDK. */
interface PostObjectInput {
  readonly Bucket: string;
  readonly ContentType?: string | undefined;
  readonly Body: Readable;
}

/** PostObject: an upload from a web form, with a policy that says what may be uploaded. */
export function postObjectOperations(stores: Stores) {
  const { buckets, blobs, host } = stores;
  return {
    async PostObject(input: PostObjectInput, context: CallContext) {
      const { Bucket: name, ContentType = '' } = input;
      if (!ContentType.startsWith('multipart/form-data')) {
        throw preconditionFailed('Bucket POST must be of the enclosure-type multipart/form-data');
      }
      const bucket = buckets.require(name);
      const form = await readForm(ContentType, input.Body);
      const key = keyOf(form);
      const size = checkFormPolicy(new Map([...form.fields, ['key', key]]), name, context.now);
      const document = {
        ...documentOf(contentOf(form), bucket, context.now),
        tags: tagsOf(form),
      };
      const written = { key, document, storageClass: storageClass(form.fields.get('x-amz-storage-class')) };
      const received = await receiveBody(stores, blobSegments(name, key), { Body: form.file });
      try {
        checkSize(received.size, size);
        return await context.transaction(() => {
          const version = writeVersion(stores, name, { ...written, ...received, kind: 'post' }, context);
          const ETag = `"${version.etag}"`;
          const path = key.split('/').map(encodeURIComponent).join('/');
          const Location = `${host.endpoint()}/${name}/${path}`;
          return {
            ETag,
            VersionId: answeredVersion(version),
            ServerSideEncryption: document.encryption.ServerSideEncryption,
            ...success(form, { Location, Bucket: name, Key: key, ETag }),
          };
        });
      } catch (error) {
        blobs.remove(received.blob);
        throw error;
      }
    },
  };
}

interface Posted {
  readonly Location: string;
  readonly Bucket: string;
  readonly Key: string;
  readonly ETag: string;
}

/** How the form wants to be answered. */
function success({ fields }: UploadForm, posted: Posted) {
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect');
  const { Location, Bucket, Key, ETag } = posted;
  if (redirect !== undefined && URL.canParse(redirect)) {
    const url = new URL(redirect);
    url.searchParams.set('bucket', Bucket);
    url.searchParams.set('key', Key);
    url.searchParams.set('etag', ETag);
    return { StatusCode: 303, Location: url.href };
  }
  const status = fields.get('success_action_status');
  if (status === '201') return { StatusCode: 201, Location, PostResponse: posted };
  return { StatusCode: status === '200' ? 200 : 204, Location };
}

function keyOf({ fields, fileName }: UploadForm): string {
  const key = fields.get('key')?.replace(/\$\{filename\}/g, () => fileName) ?? '';
  if (key === '') {
    throw invalidArgument(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      'key',
      '',
    );
  }
  checkKey(key);
  return key;
}

function contentOf({ fields }: UploadForm): ContentInput {
  const metadata = [...fields].filter(([name]) => name.startsWith('x-amz-meta-'));
  return {
    ContentType: fields.get('content-type'),
    CacheControl: fields.get('cache-control'),
    ContentDisposition: fields.get('content-disposition'),
    ContentEncoding: fields.get('content-encoding'),
    ContentLanguage: fields.get('content-language'),
    Expires: fields.get('expires'),
    WebsiteRedirectLocation: fields.get('x-amz-website-redirect-location'),
    ServerSideEncryption: fields.get('x-amz-server-side-encryption'),
    SSEKMSKeyId: fields.get('x-amz-server-side-encryption-aws-kms-key-id'),
    ACL: fields.get('acl'),
    Metadata: Object.fromEntries(metadata.map(([name, value]) => [name.slice('x-amz-meta-'.length), value])),
  };
}

/** Tags in a form are a document, where a header has them as a query. */
function tagsOf({ fields }: UploadForm) {
  const document = fields.get('tagging');
  if (document === undefined) return undefined;
  const { TagSet } = readXml(loadModel('s3'), { shape: 'Tagging' }, document) as {
    TagSet?: { Key: string; Value: string }[];
  };
  return TagSet && checkTags(TagSet, 'object');
}

function checkSize(size: number, allowed: AllowedSize | undefined): void {
  if (!allowed) return;
  if (size < allowed.least) {
    throw fault('EntityTooSmall', { ProposedSize: size, MinSizeAllowed: allowed.least });
  }
  if (size > allowed.most) {
    throw fault('EntityTooLarge', { ProposedSize: size, MaxSizeAllowed: allowed.most });
  }
}
