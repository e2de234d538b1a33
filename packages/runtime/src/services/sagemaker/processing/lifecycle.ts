import { existsSync } from 'node:fs';
import type { Scope } from '../../../store/collection.ts';
import type { OrderRun } from '../../../store/orders.ts';
import { newestAttempt } from '../container/attempts.ts';
import { MlFolder } from '../container/ml-folder.ts';
import { S3Files } from '../container/s3-files.ts';
import { JobFault } from '../errors.ts';
import type { SageMakerParts } from '../parts.ts';
import { roleCaller } from '../roles.ts';
import {
  describeProcessingJob,
  isOver,
  PROCESSING_KIND,
  type ProcessEnd,
  type ProcessingJob,
} from './processing-job.ts';
import type { ProcessingBody } from './processing-process.ts';

export const PROCESSING_FINISH_ORDER = 'sagemaker.finish-processing';

const EVENT = 'SageMaker Processing Job State Change';
const LONGEST_REASON = 1024;

/** A processing job from its creation to its end; methods are for use inside a transaction unless they say else. */
export class ProcessingLifecycle {
  readonly #parts: SageMakerParts;

  constructor(parts: SageMakerParts) {
    this.#parts = parts;
  }

  /** @returns false when there is a job with this name already */
  create({ account, region }: Scope, job: ProcessingJob): boolean {
    const { host, store } = this.#parts;
    const scope = { account, region };
    if (!store.insert('processing-job', scope, job)) return false;
    host.jobs.order<ProcessingBody>(PROCESSING_KIND, job.job, { ...scope, name: job.name });
    this.#announce(scope, job);
    return true;
  }

  started(scope: Scope, name: string): void {
    const job = this.#find(scope, name);
    if (job) this.#update(scope, { ...job, started: this.#now() });
  }

  stop(scope: Scope, job: ProcessingJob): void {
    if (job.status === 'Stopping') return;
    this.#update(scope, { ...job, status: 'Stopping' });
    this.#parts.host.jobs.stop(job.job);
  }

  /** The process is over; its output is uploaded after the commit. */
  processEnded({ account, region }: Scope, name: string, end: ProcessEnd): void {
    const scope = { account, region };
    const job = this.#find(scope, name);
    if (!job || isOver(job)) return;
    this.#parts.store.update('processing-job', scope, { ...job, end });
    const id = `${PROCESSING_FINISH_ORDER}/${job.job}`;
    this.#parts.host.orders.place<ProcessingBody>(PROCESSING_FINISH_ORDER, { ...scope, name }, { id });
  }

  /** Outside of transactions: uploads the output, also of a job that failed, and ends the job. May be repeated. */
  readonly finish = async ({ account, region, name }: ProcessingBody, order: OrderRun): Promise<void> => {
    const scope = { account, region };
    const job = this.#find(scope, name);
    if (!job?.end || isOver(job)) return;
    const { host } = this.#parts;
    const ml = new MlFolder(newestAttempt(host, PROCESSING_KIND, job.job));
    const end = await this.#upload(scope, job, job.end, ml);
    await host.database.transaction(() => {
      order.complete();
      const current = this.#find(scope, name);
      if (!current) return;
      const { end: _, ...rest } = current;
      const { status, ...messages } = end;
      this.#update(scope, {
        ...rest,
        ...messages,
        status: current.status === 'Stopping' ? 'Stopped' : status,
        ended: this.#now(),
      });
    });
    ml.remove();
  };

  async #upload(scope: Scope, job: ProcessingJob, end: ProcessEnd, ml: MlFolder): Promise<ProcessEnd> {
    const { host } = this.#parts;
    const { RoleArn, ProcessingOutputConfig } = job.request;
    const files = new S3Files(host, await roleCaller(host, scope, RoleArn, job.arn), scope.region);
    try {
      for (const { OutputName, S3Output } of ProcessingOutputConfig?.Outputs ?? []) {
        const { S3Uri, LocalPath } = S3Output ?? {};
        if (S3Uri === undefined || !LocalPath || !existsSync(ml.path(LocalPath))) continue;
        await files.putFolder(ml.path(LocalPath), S3Uri, `${job.job}/${OutputName}`);
      }
      return end;
    } catch (error) {
      if (!(error instanceof JobFault)) throw error;
      const reason = end.failureReason ?? `ClientError: Data upload failed: ${error.message}`;
      return { ...end, status: 'Failed', failureReason: reason.slice(0, LONGEST_REASON) };
    }
  }

  #find(scope: Scope, name: string): ProcessingJob | undefined {
    return this.#parts.store.get('processing-job', scope, name);
  }

  #update(scope: Scope, job: ProcessingJob): void {
    const changed = { ...job, modified: this.#now() };
    this.#parts.store.update('processing-job', scope, changed);
    this.#announce(scope, changed);
  }

  #announce(scope: Scope, job: ProcessingJob): void {
    this.#parts.events.changed(scope, job.arn, EVENT, describeProcessingJob(job));
  }

  #now(): Date {
    return new Date(this.#parts.host.clock.now());
  }
}
