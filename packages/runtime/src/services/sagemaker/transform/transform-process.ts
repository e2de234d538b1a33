import { mkdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobEnd, JobKind, JobPlace } from '../../../compute/jobs.ts';
import type { Scope } from '../../../store/collection.ts';
import { failureText } from '../container/container-failure.ts';
import { S3Files } from '../container/s3-files.ts';
import { JobFault } from '../errors.ts';
import type { SageMakerParts } from '../parts.ts';
import { roleCaller } from '../roles.ts';
import type { LiveInstances } from '../serving/live-instances.ts';
import { servingProcess } from '../serving/serving-process.ts';
import { describeTransformJob, isOver, type TransformJob } from './transform-job.ts';
import { ObjectTransformer } from './transform-objects.ts';

const LOG_GROUP = '/aws/sagemaker/TransformJobs';
const START_LIMIT_MS = 240_000;
const LONGEST_REASON = 1024;
const EVENT = 'SageMaker Transform Job State Change';

/** What the container's process has to know to find its job. */
export interface TransformBody extends Scope {
  readonly name: string;
}

/** The model of a transform job as a process; the runtime sends the objects, so both start anew after its death. */
export function transformKind(parts: SageMakerParts, live: LiveInstances): JobKind<TransformBody> {
  const { host, store, logs, events } = parts;

  return {
    afterCrash: 'restart',

    async prepare(body, place) {
      const job = jobOf(body);
      const { request, arn } = job;
      const model = { ...job.model, environment: { ...job.model.environment, ...request.Environment } };
      const strategy = request.BatchStrategy === 'SingleRecord' ? 'SINGLE_RECORD' : 'MULTI_RECORD';
      const environment = {
        SAGEMAKER_BATCH: 'true',
        SAGEMAKER_BATCH_STRATEGY: strategy,
        SAGEMAKER_MAX_PAYLOAD_IN_MB: String(request.MaxPayloadInMB ?? 6),
        SAGEMAKER_MAX_CONCURRENT_TRANSFORMS: String(request.MaxConcurrentTransforms ?? 1),
      };
      const { command, port } = await servingProcess(parts, body, { model, arn, place, environment });
      await change(body, (current) => ({ ...current, started: new Date(host.clock.now()) }));
      void drive(body, place, port);
      return command;
    },

    async output(body, chunk, { id, attempt }) {
      const job = jobOf(body);
      const as = () => roleCaller(host, body, job.model.role, job.arn);
      const stream = { region: body.region, group: LOG_GROUP, stream: `${job.name}/${id}` };
      await logs.deliver(stream, as, chunk, `${id}/${attempt}`);
    },

    async ended(body, end, place, done) {
      live.forget(place.id);
      await host.database.transaction(() => {
        done();
        const job = store.get('transform-job', body, body.name);
        if (!job || isOver(job)) return;
        const now = new Date(host.clock.now());
        const next = { ...job, ...endOf(job, end, place), ended: now, modified: now };
        store.update('transform-job', body, next);
        events.changed(body, job.arn, EVENT, describeTransformJob(next));
      });
      const left = ['ml', 'out'].map((name) => join(place.folder, name));
      await Promise.all(left.map((path) => rm(path, { recursive: true, force: true })));
    },
  };

  /** Waits for the container, sends the objects through it, and ends it. */
  async function drive(body: TransformBody, { id, folder }: JobPlace, port: number): Promise<void> {
    try {
      const found = await live.watch(id, port, START_LIMIT_MS);
      if (found === 'gone') return;
      const reason =
        found === 'ready'
          ? await transformAll(body, join(folder, 'out'))
          : 'The container did not answer pings in time.';
      const outcome = reason === undefined ? {} : { failureReason: reason.slice(0, LONGEST_REASON) };
      await change(body, (job) => ({ ...job, outcome }), true);
    } catch (error) {
      const message = `Transform job ${body.name} was interrupted`;
      host.progress.emit({ type: 'fault', service: 'sagemaker', message, error });
    }
  }

  async function transformAll(body: TransformBody, out: string): Promise<string | undefined> {
    const job = jobOf(body);
    const caller = await roleCaller(host, body, job.model.role, job.arn);
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    const files = new S3Files(host, caller, body.region);
    try {
      const transformer = new ObjectTransformer(files, live, job, out);
      const reason = await transformer.transformAll();
      // A job that was stopped keeps no output.
      if (jobOf(body).status === 'InProgress') await transformer.upload();
      return reason;
    } catch (error) {
      if (!(error instanceof JobFault)) throw error;
      return `ClientError: ${error.message}`;
    }
  }

  /** Changes a job that goes on; with `last` its container ends in the same commit. */
  async function change(
    body: TransformBody,
    changed: (job: TransformJob) => TransformJob,
    last = false,
  ): Promise<void> {
    await host.database.transaction(() => {
      const job = store.get('transform-job', body, body.name);
      if (job?.status !== 'InProgress') return;
      store.update('transform-job', body, changed(job));
      if (last) host.jobs.stop(job.job);
    });
  }

  function jobOf(body: TransformBody): TransformJob {
    const job = store.get('transform-job', body, body.name);
    if (!job) throw new Error(`Transform job ${body.name} is gone`);
    return job;
  }
}

function endOf(
  { status, outcome }: TransformJob,
  end: JobEnd,
  place: JobPlace,
): Pick<TransformJob, 'status' | 'failureReason'> {
  if (status === 'Stopping') return { status: 'Stopped' };
  if (outcome)
    return outcome.failureReason === undefined ? { status: 'Completed' } : { ...outcome, status: 'Failed' };
  const { error } = end;
  const failureReason = error instanceof JobFault ? error.message : failureText(end, place.folder);
  return { status: 'Failed', failureReason };
}
