import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { below, filesOf, parseS3Uri, type S3Files, type S3Place } from '../container/s3-files.ts';
import { JobFault } from '../errors.ts';
import { type LiveInstances, NoAnswer } from '../serving/live-instances.ts';
import { dataProcessingOf } from './data-processing.ts';
import { payloadsOf, recordsOf } from './records.ts';
import type { TransformJob } from './transform-job.ts';

const MEGABYTE = 1024 * 1024;
const DEFAULT_PAYLOAD = 6;
const DEFAULT_TIMEOUT_S = 600;
const DEFAULT_RETRIES = 3;
const PARAMETERS_LIMIT_MS = 10_000;

interface Limits {
  readonly concurrent: number;
  /** Bytes of a request. */
  readonly payload: number;
}

/** Sends a transform job's objects through its container; the answers lie in a folder until all are there. */
export class ObjectTransformer {
  readonly #files: S3Files;
  readonly #live: LiveInstances;
  readonly #job: TransformJob;
  readonly #folder: string;

  /** @param folder - for the answers */
  constructor(files: S3Files, live: LiveInstances, job: TransformJob, folder: string) {
    this.#files = files;
    this.#live = live;
    this.#job = job;
    this.#folder = folder;
  }

  /**
   * Transforms all objects; one that fails has no output, the others keep theirs.
   *
   * @returns why the job has failed, or undefined
   */
  async transformAll(): Promise<string | undefined> {
    const { S3Uri } = this.#job.request.TransformInput.DataSource.S3DataSource;
    const objects = await this.#files.list(S3Uri);
    if (objects.length === 0) {
      return `ClientError: No S3 objects found under S3 URL "${S3Uri}" given in input data source.`;
    }
    const limits = await this.#limits();
    const prefix = parseS3Uri(S3Uri).key;
    const failures: string[] = [];
    for (const place of objects) {
      try {
        const answers = await this.#transform(place, limits);
        const path = join(this.#folder, `${place.key.slice(prefix.lastIndexOf('/') + 1)}.out`);
        mkdirSync(dirname(path), { recursive: true });
        await pipeline(Readable.from(answers), createWriteStream(path));
      } catch (error) {
        if (!(error instanceof JobFault)) throw error;
        failures.push(`${place.key}: ${error.message}`);
      }
    }
    return failures.length > 0
      ? `ClientError: See job logs for more information. ${failures.join('; ')}`
      : undefined;
  }

  /** Uploads what came of the objects; repeated after a crash it writes nothing twice. */
  async upload(): Promise<void> {
    const { bucket, key } = parseS3Uri(this.#job.request.TransformOutput.S3OutputPath ?? '');
    for (const name of await filesOf(this.#folder)) {
      const place = { bucket, key: below(key, name) };
      await this.#files.put(place, join(this.#folder, name), `${this.#job.job}/${name}`);
    }
  }

  /** The request's own, or what the container proposes, or the service's defaults. */
  async #limits(): Promise<Limits> {
    const { MaxConcurrentTransforms, MaxPayloadInMB } = this.#job.request;
    const proposed = await this.#proposedLimits();
    const megabytes = MaxPayloadInMB ?? proposed.MaxPayloadInMB ?? DEFAULT_PAYLOAD;
    return {
      concurrent: MaxConcurrentTransforms || proposed.MaxConcurrentTransforms || 1,
      payload: megabytes === 0 ? Number.POSITIVE_INFINITY : megabytes * MEGABYTE,
    };
  }

  async #proposedLimits(): Promise<{ MaxConcurrentTransforms?: number; MaxPayloadInMB?: number }> {
    try {
      const { status, body } = await this.#live.request(this.#job.job, {
        path: '/execution-parameters',
        method: 'GET',
        timeout: PARAMETERS_LIMIT_MS,
      });
      return status === 200 ? (JSON.parse(Buffer.from(body).toString('utf8')) as object) : {};
    } catch {
      // A container need not know the path.
      return {};
    }
  }

  async #transform(place: S3Place, { concurrent, payload }: Limits): Promise<Buffer[]> {
    const { TransformInput, TransformOutput, BatchStrategy } = this.#job.request;
    const raw = await buffer(await this.#files.open(place));
    const content = TransformInput.CompressionType === 'Gzip' ? unzipped(raw) : raw;
    const processing = dataProcessingOf(this.#job.request);
    const payloads = payloadsOf(recordsOf(content, TransformInput.SplitType === 'Line' ? 'Line' : 'None'), {
      many: BatchStrategy !== 'SingleRecord',
      limit: payload,
      bodyOf: (record) => processing.input(record),
    });
    if (!payloads) throw new JobFault(`A record is larger than MaxPayloadInMB (${payload} bytes).`);
    return await inOrder(payloads, concurrent, async ({ records, body }) => {
      const answer = processing.output(await this.#ask(body), records);
      const open = TransformOutput.AssembleWith === 'Line' && answer.at(-1) !== 0x0a;
      return open ? Buffer.concat([answer, Buffer.from('\n')]) : answer;
    });
  }

  async #ask(body: Buffer): Promise<Buffer> {
    const { TransformInput, TransformOutput, ModelClientConfig = {} } = this.#job.request;
    const { InvocationsTimeoutInSeconds = DEFAULT_TIMEOUT_S, InvocationsMaxRetries = DEFAULT_RETRIES } =
      ModelClientConfig;
    let reason = '';
    for (let attempt = 0; attempt <= InvocationsMaxRetries; attempt++) {
      try {
        const answer = await this.#live.request(this.#job.job, {
          path: '/invocations',
          method: 'POST',
          body,
          headers: {
            ...(TransformInput.ContentType && { 'content-type': TransformInput.ContentType }),
            ...(TransformOutput.Accept && { accept: TransformOutput.Accept }),
          },
          timeout: InvocationsTimeoutInSeconds * 1000,
        });
        if (answer.status >= 200 && answer.status <= 299) return Buffer.from(answer.body);
        reason = `the model answered ${answer.status}: ${Buffer.from(answer.body).toString('utf8').slice(0, 300)}`;
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        reason = `the model did not answer: ${error.message}`;
      }
    }
    throw new JobFault(reason);
  }
}

function unzipped(content: Buffer): Buffer {
  try {
    return gunzipSync(content);
  } catch (error) {
    throw new JobFault(`It is not compressed with gzip: ${(error as Error).message}`);
  }
}

/** Works on so many items at a time; the results keep the items' order. */
async function inOrder<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
