/**
 * What talks to a runtime from outside, or comes before one is started. It loads in a fraction of the
 * time that the runtime with all its services takes.
 */
export type { AccessMode } from './access/authorizer.ts';
export type { AccessReport, StatementSurplus, UsedStatement } from './access/report.ts';
export { defaultCacheFolder } from './cache-folder.ts';
export { clientEnvironment } from './client-environment.ts';
export { EnvironmentError } from './compute/environment-error.ts';
export { Environments } from './compute/environments.ts';
export { findPython } from './compute/uv.ts';
export { DEFAULT_ACCOUNT, DEFAULT_PORT, DEFAULT_REGION, type RuntimeConfig } from './config.ts';
export { ACCESS_PATH, SNAPSHOT_PATH } from './control.ts';
export { AssemblyError, DeploymentFailure } from './deploy/assembly/assembly-error.ts';
export { deployAssembly, destroyAssembly } from './deploy/assembly/deploy-assembly.ts';
export type { DeployedStack, DeploymentEvent, DeployOptions } from './deploy/assembly/deploy-options.ts';
export { inProcess } from './deploy/assembly/in-process.ts';
export { overTheWire } from './deploy/assembly/over-the-wire.ts';
export type { CheckedStack } from './deploy/check/check-assembly.ts';
export type { CheckedResource, Finding } from './deploy/check/check-template.ts';
export type { ClientOf } from './dispatch/types.ts';
export { IMAGES_FOLDER } from './images-folder.ts';
export { Progress, type ProgressEvent, type ProgressListener } from './progress.ts';
export { remoteClient } from './remote-client.ts';
export { SnapshotError, type SnapshotManifest } from './snapshot/format.ts';
export { saveSnapshot } from './snapshot/save.ts';
export { databaseDamage } from './store/damage.ts';
export { StorageError } from './store/errors.ts';
export { isInUse, lockStateFolder, type RuntimeNotice, readNotice } from './store/state-lock.ts';
export { VERSION } from './version.ts';
