import type { S3Config } from '@aws-sdk/client-forecast';
import { checkRoleArn } from '../arns.ts';
import { invalidInput } from '../errors.ts';

/** A place in S3: `key` is empty for a whole bucket. */
export interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

/** @throws InvalidInputException */
export function parseS3Path(path: string): S3Place {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(path);
  if (!match)
    throw invalidInput(`The path ${path} is not valid; it has to begin with s3:// and a bucket's name`);
  return { bucket: match[1]!, key: match[2]! };
}

/** Checks where to read from or write to, as far as that can be said without looking. @throws InvalidInputException */
export function checkS3Config({ Path = '', RoleArn = '' }: S3Config): void {
  parseS3Path(Path);
  checkRoleArn(RoleArn);
}

export function s3Path({ bucket, key }: S3Place): string {
  return `s3://${bucket}/${key}`;
}
