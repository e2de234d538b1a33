export { EnvironmentError } from './compute/environment-error.ts';
export { DEFAULT_ACCOUNT, DEFAULT_PORT, DEFAULT_REGION, type RuntimeConfig } from './config.ts';
export { ServiceError } from './dispatch/errors.ts';
export type { ClientOf } from './dispatch/types.ts';
export type { ProgressEvent, ProgressListener } from './progress.ts';
export { type Runtime, type RuntimeParts, startRuntime } from './runtime.ts';
export { StorageError } from './store/errors.ts';
export { isInUse, type RuntimeNotice, readNotice } from './store/state-lock.ts';
export { VERSION } from './version.ts';
