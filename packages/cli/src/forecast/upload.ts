import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { S3 } from '@aws-sdk/client-s3';
import type { SFN } from '@aws-sdk/client-sfn';
import type { Connection } from '../connect.ts';
import { EXIT, UserError } from '../exit-codes.ts';

/** Where the deployed pipeline takes uploads and runs. */
export interface DeployedPipeline {
  readonly bucket: string;
  readonly stateMachineArn: string;
}

const START_PATIENCE_MS = 30_000;
const LOOK_MS = 50;

/**
 * Uploads config and data as a user would: the zip's upload starts the run.
 *
 * @returns the execution that the upload started
 * @throws UserError when none starts
 */
export async function uploadAndStart(
  connection: Connection,
  { bucket, stateMachineArn }: DeployedPipeline,
  files: { readonly config: string; readonly data: string },
): Promise<string> {
  const s3 = connection.client<S3>('s3');
  await s3.putObject({
    Bucket: bucket,
    Key: 'forecast-config.json',
    Body: await readFile(files.config),
    ContentType: 'application/json',
  });
  const before = new Set(await executionArns(connection, stateMachineArn));
  const { size } = await stat(files.data);
  const { ETag } = await s3.putObject({
    Bucket: bucket,
    Key: 'raw/data.zip',
    Body: createReadStream(files.data),
    ContentLength: size,
    ContentType: 'application/zip',
  });
  const etag = ETag?.replaceAll('"', '');
  for (const giveUp = Date.now() + START_PATIENCE_MS; Date.now() < giveUp; ) {
    for (const arn of await executionArns(connection, stateMachineArn)) {
      if (!before.has(arn) && (await sourceEtag(connection, arn)) === etag) return arn;
    }
    await setTimeout(LOOK_MS);
  }
  throw new UserError(
    EXIT.runFailed,
    `The upload of raw/data.zip to ${bucket} started no execution within ${START_PATIENCE_MS / 1000} s. ` +
      'What the trigger printed: slipway logs Upload-Trigger',
  );
}

async function executionArns(connection: Connection, stateMachineArn: string): Promise<string[]> {
  const { executions = [] } = await connection
    .client<SFN>('states')
    .listExecutions({ stateMachineArn, maxResults: 20 });
  return executions.map(({ executionArn = '' }) => executionArn);
}

async function sourceEtag(connection: Connection, executionArn: string): Promise<string | undefined> {
  const { input } = await connection.client<SFN>('states').describeExecution({ executionArn });
  return (JSON.parse(input ?? '{}') as { source?: { etag?: string } }).source?.etag;
}
