import type { Readable } from 'node:stream';
import type { FunctionCode } from '@aws-sdk/client-lambda';
import type { S3 } from '@aws-sdk/client-s3';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import { invalidParameter } from './errors.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LARGEST_UPLOAD = 52_428_800;

type CodeSource = Pick<FunctionCode, 'ZipFile' | 'S3Bucket' | 'S3Key' | 'S3ObjectVersion'>;

/**
 * The archive that a request brings along or names in S3, which is read on behalf of the caller.
 *
 * @throws ServiceError when there is none, or S3 does not give it
 */
export async function openCode(source: CodeSource, context: CallContext): Promise<Uint8Array | Readable> {
  const { ZipFile, S3Bucket, S3Key, S3ObjectVersion } = source;
  if (ZipFile !== undefined) {
    if (ZipFile.byteLength > LARGEST_UPLOAD) {
      throw new ServiceError(
        'RequestEntityTooLargeException',
        `Zipped size must be smaller than ${LARGEST_UPLOAD} bytes`,
        { status: 413 },
      );
    }
    return ZipFile;
  }
  if (S3Bucket === undefined || S3Key === undefined) {
    throw invalidParameter('Please provide a source for function code.');
  }
  try {
    const s3 = context.client<S3>('s3');
    const { Body } = await s3.getObject({ Bucket: S3Bucket, Key: S3Key, VersionId: S3ObjectVersion });
    return Body ?? new Uint8Array();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw invalidParameter(
      `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`,
    );
  }
}
