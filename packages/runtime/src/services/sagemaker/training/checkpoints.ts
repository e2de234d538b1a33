import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../../dispatch/host.ts';
import type { Scope } from '../../../store/collection.ts';
import type { MlFolder } from '../container/ml-folder.ts';
import { below, filesOf, parseS3Uri, S3Files } from '../container/s3-files.ts';
import { JobFault } from '../errors.ts';
import { roleCaller } from '../roles.ts';
import type { TrainingJob } from './training-job.ts';

const PAUSE_MS = 10_000;

interface Synced {
  at: number;
  /** File → its size and time when it was uploaded. */
  readonly files: Map<string, string>;
}

/** Copies what a job writes into its checkpoint folder to S3 while it runs. */
export class Checkpoints {
  readonly #host: Host;
  readonly #synced = new Map<string, Synced>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Uploads what is new, unless that was done a moment ago. What cannot be uploaded is told at the end. */
  async sync(scope: Scope, { arn, request }: TrainingJob, ml: MlFolder): Promise<void> {
    const { S3Uri, LocalPath = 'checkpoints' } = request.CheckpointConfig ?? {};
    if (S3Uri === undefined) return;
    const now = this.#host.clock.now();
    const synced = this.#synced.get(arn) ?? { at: 0, files: new Map<string, string>() };
    if (now < synced.at + PAUSE_MS) return;
    synced.at = now;
    this.#synced.set(arn, synced);
    const folder = ml.path(LocalPath);
    const { bucket, key } = parseS3Uri(S3Uri);
    const caller = await roleCaller(this.#host, scope, request.RoleArn, arn);
    const s3 = new S3Files(this.#host, caller, scope.region);
    for (const name of await filesOf(folder).catch(() => [])) {
      const { size, mtimeMs } = await stat(join(folder, name));
      const mark = `${size}/${mtimeMs}`;
      if (synced.files.get(name) === mark) continue;
      try {
        await s3.put({ bucket, key: below(key, name) }, join(folder, name));
        synced.files.set(name, mark);
      } catch (error) {
        if (!(error instanceof JobFault)) throw error;
      }
    }
  }

  /** The job is over. */
  forget(arn: string): void {
    this.#synced.delete(arn);
  }
}
