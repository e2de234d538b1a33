import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { S3 } from '@aws-sdk/client-s3';
import type { Connection } from '../connect.ts';

/** Where a run of the forecast pipeline leaves its report in the bucket. */
export interface ReportObject {
  readonly bucket: string;
  readonly key: string;
}

/**
 * The report's place by what a run was started with, so that a run that failed has one too.
 *
 * @returns undefined when the input is not one of the forecast pipeline
 */
export function reportOf(executionInput: string | undefined): ReportObject | undefined {
  const { uid, source } = JSON.parse(executionInput ?? '{}') as {
    uid?: string;
    source?: { bucket?: string };
  };
  if (uid === undefined || source?.bucket === undefined) return undefined;
  return { bucket: source.bucket, key: `report/${uid}.html` };
}

/** Copies a report out of its bucket. @returns false when there is none */
export async function saveReport(
  connection: Connection,
  { bucket, key }: ReportObject,
  file: string,
): Promise<boolean> {
  const s3 = connection.client<S3>('s3');
  try {
    const { Body } = await s3.getObject({ Bucket: bucket, Key: key });
    if (!Body) return false;
    await mkdir(dirname(file), { recursive: true });
    await pipeline(Body, createWriteStream(file));
    return true;
  } catch (error) {
    if (['NoSuchKey', 'NoSuchBucket'].includes((error as Error).name)) return false;
    throw error;
  }
}
