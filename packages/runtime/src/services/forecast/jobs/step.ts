import type { Scope } from '../../../store/collection.ts';
import type { Job, Kinds } from '../resource.ts';

/** Where a job works. */
export interface Workplace {
  readonly scope: Scope;
  /** Id of the job. */
  readonly id: string;
  /** Empty before preparing; for the inputs that are brought here. Removed when the job is over. */
  readonly staged: string;
  /** Where the image writes its results. */
  readonly output: string;
}

/** How a kind of resource is made by a step of the image. Both functions may be repeated after a crash. */
export interface Step<K extends Job['kind']> {
  readonly kind: K;
  /** The image's environment it runs in (`variants` of image.json); the usual one unless it says so. */
  environment?(resource: Kinds[K], scope: Scope): string | undefined;
  /**
   * Brings the inputs here.
   *
   * @returns the content of `job.json` but for the output folder
   * @throws UserFault
   */
  prepare(resource: Kinds[K], work: Workplace): Promise<object>;
  /**
   * Takes in the results of a process that ended well.
   *
   * @returns what changes of the resource besides its status
   * @throws UserFault
   */
  collect(resource: Kinds[K], work: Workplace): Promise<Partial<Kinds[K]>>;
}
