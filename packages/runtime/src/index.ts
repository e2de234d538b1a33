export { check } from './check.ts';
export { ServiceError } from './dispatch/errors.ts';
export * from './outside.ts';
export { type Runtime, type RuntimeParts, startRuntime } from './runtime.ts';
export { restore, snapshotOf } from './snapshot/index.ts';
