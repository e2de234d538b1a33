import type { ResultWriter } from '../definition/model.ts';
import { StateFailure, TaskError } from '../failures.ts';
import type { Json, JsonObject } from '../json.ts';
import type { ExecutionRecord } from '../store/store.ts';
import type { ObjectStore } from './object-store.ts';

/** Where the results go. */
export interface Destination {
  readonly bucket: string;
  readonly prefix: string;
}

/**
 * The results of the children as the state's own output shows them. Without a ResultWriter that is
 * COMPACT: the outputs. Failed children appear with all that is known of them, as documented.
 */
export function formatResults(
  children: readonly ExecutionRecord[],
  transformation: ResultWriter['transformation'],
): Json[] {
  switch (transformation) {
    case 'NONE':
      return children.map(describeChild);
    case 'FLATTEN':
      return children.flatMap((child) => {
        const result = compact(child);
        return Array.isArray(result) ? result : [result];
      });
    default:
      return children.map(compact);
  }
}

function compact(child: ExecutionRecord): Json {
  return child.output === undefined ? describeChild(child) : (JSON.parse(child.output) as Json);
}

/**
 * Writes manifest.json and one file for each outcome that occurred.
 * @returns the members that the state's output gets
 * @throws StateFailure `States.ResultWriterFailed`
 */
export async function writeResults(
  objects: ObjectStore | undefined,
  writer: ResultWriter,
  destination: Destination,
  mapRunArn: string,
  children: readonly ExecutionRecord[],
  roleArn: string,
): Promise<JsonObject> {
  if (objects === undefined) throw writerFailure('no object store is configured, so S3 cannot be written');
  const { bucket } = destination;
  const folder = `${destination.prefix === '' ? '' : `${destination.prefix.replace(/\/$/, '')}/`}${mapRunArn.split(':').at(-1)}`;
  const put = async (key: string, text: string): Promise<number> => {
    const body = new TextEncoder().encode(text);
    await objects.put({ bucket, key, body, contentType: 'application/json', roleArn });
    return body.length;
  };
  try {
    const files: Record<'FAILED' | 'PENDING' | 'SUCCEEDED', Json[]> = {
      FAILED: [],
      PENDING: [],
      SUCCEEDED: [],
    };
    for (const outcome of ['SUCCEEDED', 'FAILED', 'PENDING'] as const) {
      const group = children.filter((child) => outcomeOf(child) === outcome);
      if (group.length === 0) continue;
      const key = `${folder}/${outcome}_0.${writer.outputType.toLowerCase()}`;
      const size = await put(key, toText(formatFile(group, outcome, writer), writer.outputType));
      files[outcome].push({ Key: key, Size: size });
    }
    const manifest = { DestinationBucket: bucket, MapRunArn: mapRunArn, ResultFiles: files };
    await put(`${folder}/manifest.json`, JSON.stringify(manifest));
  } catch (error) {
    if (error instanceof TaskError) throw writerFailure(error.causeText ?? error.error);
    throw writerFailure(error instanceof Error ? error.message : String(error));
  }
  return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket: bucket, Key: `${folder}/manifest.json` } };
}

function formatFile(
  group: readonly ExecutionRecord[],
  outcome: 'FAILED' | 'PENDING' | 'SUCCEEDED',
  writer: ResultWriter,
): Json[] {
  // Only outputs of successful children are transformed; an export without WriterConfig transforms nothing.
  return formatResults(group, outcome === 'SUCCEEDED' ? (writer.transformation ?? 'NONE') : 'NONE');
}

function toText(results: readonly Json[], outputType: ResultWriter['outputType']): string {
  return outputType === 'JSONL'
    ? results.map((result) => `${JSON.stringify(result)}\n`).join('')
    : JSON.stringify(results);
}

function outcomeOf({ status }: ExecutionRecord): 'FAILED' | 'PENDING' | 'SUCCEEDED' {
  if (status === 'SUCCEEDED') return 'SUCCEEDED';
  return status === 'PENDING' || status === 'RUNNING' ? 'PENDING' : 'FAILED';
}

/** A child execution in the members of DescribeExecution, as the result files hold it. */
function describeChild(child: ExecutionRecord): JsonObject {
  const { failure, output } = child;
  return {
    ExecutionArn: child.arn,
    Input: child.input,
    InputDetails: { Included: true },
    Name: child.name,
    ...(output === undefined ? {} : { Output: output, OutputDetails: { Included: true } }),
    ...(failure?.error === undefined ? {} : { Error: failure.error }),
    ...(failure?.cause === undefined ? {} : { Cause: failure.cause }),
    RedriveCount: child.redriveCount,
    StartDate: new Date(child.startDate).toISOString(),
    StateMachineArn: child.stateMachineArn,
    Status: child.status,
    ...(child.stopDate === undefined ? {} : { StopDate: new Date(child.stopDate).toISOString() }),
  };
}

export function writerFailure(cause: string): StateFailure {
  return new StateFailure({ error: 'States.ResultWriterFailed', cause }, { verbatim: true });
}
