import { createHash } from 'node:crypto';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { parseConfig } from '../config/validate.ts';

/** EventBridge's "Object Created" event of S3. */
interface ObjectCreated {
  readonly time: string;
  readonly detail: {
    readonly bucket: { readonly name: string };
    readonly object: { readonly key: string; readonly etag?: string; readonly sequencer?: string };
  };
}

/** What the state machine starts with. */
export interface RunInput {
  /** The run's id, which is also the execution's name: the upload's time in UTC, `YYYYMMDDTHHMMSS`. */
  readonly uid: string;
  readonly source: {
    readonly bucket: string;
    readonly key: string;
    readonly etag: string;
    readonly sequencer: string;
  };
  /** The parsed `forecast-config.json`; absent when it cannot be read. */
  readonly config?: unknown;
  /** Why there is no config: the run fails with this text, so that the user sees it where runs are seen. */
  readonly configProblem?: string;
}

const CONFIG_KEY = 'forecast-config.json';

const s3 = new S3Client({});
const sfn = new SFNClient({});

/**
 * Starts a run for an uploaded zip. S3 may deliver an event twice, so the run's name follows from the
 * event alone: a repeated event starts nothing new.
 *
 * @returns the reply of StartExecution as JSON text
 */
export async function handler(event: ObjectCreated): Promise<string> {
  const { bucket, object } = event.detail;
  const uid = event.time.replace(/[-:]/g, '').slice(0, 15);
  const source = {
    bucket: bucket.name,
    key: object.key,
    etag: object.etag ?? '',
    sequencer: object.sequencer ?? '',
  };
  const config = await readConfig(bucket.name);
  try {
    return await start({ uid, source, ...config });
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
    if (await isSameUpload(uid, source))
      return JSON.stringify({ executionArn: executionArn(uid), repeated: true });
    // Two uploads within one second: the later one gets a mark of its own.
    const mark = createHash('sha256')
      .update(source.key + source.sequencer)
      .digest('hex')
      .slice(0, 3);
    return await start({ uid: `${uid}x${mark}`, source, ...config });
  }
}

async function readConfig(bucket: string): Promise<Pick<RunInput, 'config' | 'configProblem'>> {
  let text: string;
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: CONFIG_KEY }));
    text = (await Body?.transformToString()) ?? '';
  } catch (error) {
    if ((error as Error).name !== 'NoSuchKey') throw error;
    return {
      configProblem: `There is no ${CONFIG_KEY} in the bucket ${bucket}. Upload it first, then the zip again.`,
    };
  }
  try {
    return { config: parseConfig(text) };
  } catch (error) {
    return { configProblem: (error as Error).message };
  }
}

async function start(input: RunInput): Promise<string> {
  const { executionArn, startDate } = await sfn.send(
    new StartExecutionCommand({
      stateMachineArn: process.env['STEP_FUNCTIONS_ARN'],
      name: input.uid,
      input: JSON.stringify(input),
    }),
  );
  return JSON.stringify({ executionArn, startDate });
}

async function isSameUpload(uid: string, source: RunInput['source']): Promise<boolean> {
  const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn: executionArn(uid) }));
  const started = JSON.parse(input ?? '{}') as Partial<RunInput>;
  return started.source?.sequencer === source.sequencer && started.source.key === source.key;
}

function executionArn(name: string): string {
  const machine = process.env['STEP_FUNCTIONS_ARN'] ?? '';
  return `${machine.replace(':stateMachine:', ':execution:')}:${name}`;
}
