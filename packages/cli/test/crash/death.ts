import type { Death as OwnDeath } from '../../../runtime/src/testing/mortal/death.ts';

/** When a runtime that runs pipeline A is killed with SIGKILL. */
export type Death =
  | OwnDeath
  /** When half of the zip is sent. */
  | { readonly at: 'half an upload' }
  /** Around the first commit after the upload of the zip began. */
  | { readonly at: 'upload'; readonly moment: 'before' | 'after' }
  /** When a piece of user code has begun. */
  | { readonly at: 'user code'; readonly name: string }
  /** When the execution has entered a state. */
  | { readonly at: 'state'; readonly name: string };
