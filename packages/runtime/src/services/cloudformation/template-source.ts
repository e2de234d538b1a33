import { text } from 'node:stream/consumers';
import type { S3 } from '@aws-sdk/client-s3';
import { ServiceError } from '../../dispatch/errors.ts';
import type { ClientOf } from '../../dispatch/types.ts';
import { invalid } from './failures.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const LONGEST_BODY = 51_200;
const LONGEST_FILE = 1_048_576;

/** Whoever may read from the buckets: a call, or a step of a deployment. */
export interface Reader {
  client<Sdk>(service: string): ClientOf<Sdk>;
}

export interface TemplateSource {
  readonly TemplateBody?: string | undefined;
  readonly TemplateURL?: string | undefined;
}

/**
 * The text of the template that a request brings along or names.
 *
 * @returns undefined when it does neither
 * @throws ValidationError when it does both, or what it names cannot be read
 */
export async function templateText(
  { TemplateBody, TemplateURL }: TemplateSource,
  context: Reader,
): Promise<string | undefined> {
  if (TemplateBody !== undefined && TemplateURL !== undefined) {
    throw invalid('Specify exactly one of Template Body or Template Url.');
  }
  if (TemplateURL !== undefined) return await readS3Url(TemplateURL, context, 'TemplateURL', LONGEST_FILE);
  if (TemplateBody !== undefined && TemplateBody.length > LONGEST_BODY) {
    throw invalid(
      `1 validation error detected: Value '${TemplateBody}' at 'templateBody' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${LONGEST_BODY}`,
    );
  }
  return TemplateBody;
}

/** @throws ValidationError when there is no template in the request */
export async function requireTemplateText(source: TemplateSource, context: Reader): Promise<string> {
  const found = await templateText(source, context);
  if (found === undefined) throw invalid('Either Template URL or Template Body must be specified.');
  return found;
}

/**
 * Reads a text from the buckets of this runtime by any of the URLs that S3 has: path style
 * (`https://s3.eu-west-1.amazonaws.com/bucket/key`), virtual-hosted (`https://bucket.s3.amazonaws.com/key`)
 * or at this runtime (`http://127.0.0.1:4566/bucket/key`).
 */
export async function readS3Url(
  url: string,
  context: Reader,
  member: string,
  longest: number,
): Promise<string> {
  const { Bucket, Key } = parseS3Url(url, member);
  try {
    const { Body, ContentLength = 0 } = await context.client<S3>('s3').getObject({ Bucket, Key });
    if (ContentLength > longest) {
      throw invalid(`Template may not exceed ${longest} bytes in size.`);
    }
    return Body ? await text(Body) : '';
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code === 'ValidationError') throw error;
    throw invalid(`S3 error: ${error.message}`);
  }
}

function parseS3Url(url: string, member: string): { Bucket: string; Key: string } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed) throw invalid(`${member} must be a supported URL.`);
  if (parsed.protocol === 's3:') {
    throw invalid(`S3 error: Domain name specified in ${parsed.hostname} is not a valid S3 domain`);
  }
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') {
    throw invalid(`${member} must be a supported URL.`);
  }
  const path = decodeURIComponent(parsed.pathname.slice(1));
  const bucket = bucketOfHost(parsed.hostname);
  if (bucket !== undefined) return { Bucket: bucket, Key: path };
  const slash = path.indexOf('/');
  if (slash < 1) throw invalid(`${member} must be a supported URL.`);
  return { Bucket: path.slice(0, slash), Key: path.slice(slash + 1) };
}

/** The bucket in front of `.s3.` or `.s3-` of a host name, where there is one. */
function bucketOfHost(host: string): string | undefined {
  return /^(.+?)\.s3[.-]/.exec(host)?.[1];
}
