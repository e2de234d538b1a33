import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { Scope } from '../../store/collection.ts';
import type { VersionRecord } from './function-store.ts';
import { functionArn, LATEST } from './names.ts';
import { runtimeVersionArn } from './runtimes.ts';

/** A version as lists show it: without its state. */
export function listedConfiguration(
  scope: Scope,
  version: VersionRecord,
  qualifier?: string,
): FunctionConfiguration {
  const { Settings, Code } = version;
  return {
    FunctionName: version.Name,
    FunctionArn: functionArn(scope, version.Name, qualifier),
    ...Settings,
    CodeSha256: Code.Sha256,
    CodeSize: Code.Size,
    LastModified: version.LastModified,
    RevisionId: version.RevisionId,
    Version: version.Version,
    PackageType: 'Zip',
    SnapStart: { ApplyOn: Settings.SnapStart?.ApplyOn ?? 'None', OptimizationStatus: 'Off' },
  };
}

/**
 * A version with its state.
 *
 * @param qualifier - how the caller named it; the ARN carries it
 */
export function configurationOf(
  scope: Scope,
  version: VersionRecord,
  qualifier?: string,
): FunctionConfiguration {
  return {
    ...listedConfiguration(scope, version, qualifier),
    RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(scope.region, version.Settings.Runtime) },
    ...stateOf(version),
  };
}

/** What creating, updating and publishing answer: the ARN names the version where it is a published one. */
export function writtenConfiguration(scope: Scope, version: VersionRecord): FunctionConfiguration {
  return configurationOf(scope, version, version.Version === LATEST ? undefined : version.Version);
}

function stateOf(version: VersionRecord): Partial<FunctionConfiguration> {
  const { State, StateReason, LastUpdateStatus, LastUpdateReason } = version;
  if (State === 'Pending') {
    return { State, StateReason: 'The function is being created.', StateReasonCode: 'Creating' };
  }
  const state =
    State === 'Failed'
      ? { State, StateReason, StateReasonCode: 'InternalError' as const, LastUpdateStatus: 'Failed' as const }
      : { State, LastUpdateStatus };
  if (LastUpdateStatus === 'InProgress') {
    return {
      ...state,
      LastUpdateStatusReason: 'The function is being created.',
      // AWS answers this code, which its own model does not list.
      LastUpdateStatusReasonCode: 'Creating' as NonNullable<
        FunctionConfiguration['LastUpdateStatusReasonCode']
      >,
    };
  }
  if (LastUpdateStatus === 'Failed') {
    return {
      ...state,
      LastUpdateStatusReason: LastUpdateReason,
      LastUpdateStatusReasonCode: 'InternalError',
    };
  }
  return state;
}
