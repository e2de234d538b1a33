import { isDeepStrictEqual } from 'node:util';
import type { Lambda } from '@aws-sdk/client-lambda';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import { openCode } from './code-source.ts';
import { configurationOf, writtenConfiguration } from './configuration.ts';
import { functionNotFound, invalidParameter, wrongRevision } from './errors.ts';
import type { CodeReference, VersionRecord, VersionSettings } from './function-store.ts';
import { type FunctionReference, functionArn, LATEST, referenceOf } from './names.ts';
import type { LambdaParts } from './parts.ts';
import { checkRole } from './roles.ts';
import { runtimeOf, runtimeWarning } from './runtimes.ts';
import { changedSettings } from './settings.ts';
import { modifiedAt } from './timestamps.ts';

/** Changing `$LATEST`, and freezing it as a version. */
export function functionUpdateOperations(parts: LambdaParts) {
  const { host, functions, layers, codes, activation, workers } = parts;
  return {
    async UpdateFunctionCode(input, context) {
      const reference = latestOf(referenceOf(context, input.FunctionName));
      await ready(reference, context);
      if (input.ImageUri !== undefined) {
        throw invalidParameter(
          "Please don't provide ImageUri when updating a function with packageType Zip.",
        );
      }
      return await codes.keep(await openCode(input, context), async (code) => {
        const change = (before: VersionRecord) => ({
          Code: code,
          Settings: {
            ...before.Settings,
            Architectures: input.Architectures ?? before.Settings.Architectures,
          },
        });
        if (input.DryRun) {
          const before = functions.resolve(reference);
          checkRevision(before, input.RevisionId);
          return configurationOf(reference.scope, { ...before, ...change(before) });
        }
        return await context.transaction(() => {
          const written = update(reference, input.RevisionId, change, context);
          return writtenConfiguration(
            reference.scope,
            input.Publish ? publish(reference, written, undefined, context) : written,
          );
        });
      });
    },

    async UpdateFunctionConfiguration(input, context) {
      const reference = latestOf(referenceOf(context, input.FunctionName));
      await ready(reference, context);
      if (input.Runtime !== undefined) {
        const warning = runtimeWarning(reference.name, runtimeOf(input.Runtime));
        if (warning) context.warn(warning);
      }
      if (input.Role !== undefined) await checkRole(host, input.Role, reference, context);
      return await context.transaction(() => {
        const change = ({ Settings }: VersionRecord) => ({
          Settings: changedSettings(reference.scope, Settings, input, (from, arns) =>
            layers.lookUp(from, arns),
          ),
        });
        return writtenConfiguration(reference.scope, update(reference, input.RevisionId, change, context));
      });
    },

    async PublishVersion(input, context) {
      const reference = latestOf(referenceOf(context, input.FunctionName));
      await ready(reference, context);
      return await context.transaction(() => {
        const latest = functions.resolve(reference);
        checkRevision(latest, input.RevisionId);
        const { Sha256 } = latest.Code;
        if (input.CodeSha256 !== undefined && input.CodeSha256 !== Sha256) {
          throw invalidParameter(
            `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${Sha256}). Please try again with the CodeSHA256 in $LATEST.`,
          );
        }
        return writtenConfiguration(
          reference.scope,
          publish(reference, latest, input.Description || undefined, context),
        );
      });
    },
  } satisfies Operations<Lambda>;

  /** Waits out a change that is under way. */
  async function ready(reference: FunctionReference, { signal }: CallContext): Promise<void> {
    const { scope, name } = reference;
    if (!functions.functions.get(scope, name)) throw functionNotFound(functionArn(scope, name));
    await activation.unoccupied(reference, signal);
  }

  /** Inside a transaction: writes `$LATEST` anew. */
  function update(
    reference: FunctionReference,
    revision: string | undefined,
    change: (before: VersionRecord) => { Code?: CodeReference; Settings: VersionSettings },
    context: CallContext,
  ): VersionRecord {
    const { scope, name } = reference;
    const before = functions.resolve(reference);
    checkRevision(before, revision);
    const written: VersionRecord = {
      ...before,
      ...change(before),
      LastModified: modifiedAt(context.now),
      RevisionId: host.ids.uuid(),
      ...(before.State === 'Active' ? { LastUpdateStatus: 'InProgress' } : { State: 'Pending' }),
    };
    functions.putVersion(scope, written);
    activation.order(scope, name);
    host.database.afterCommit(() => {
      workers.retire(scope, name, LATEST);
      codes.discardUnused(before.Code.Sha256);
    });
    return written;
  }

  /** Inside a transaction: freezes `$LATEST`, or gives the last version when nothing changed since. */
  function publish(
    reference: FunctionReference,
    latest: VersionRecord,
    description: string | undefined,
    context: CallContext,
  ): VersionRecord {
    const { scope, name } = reference;
    const record = functions.functionOf(reference);
    const last = functions.versionsOf(scope, name).at(-1)!;
    if (last.Version !== LATEST && isSame(last, latest)) return last;
    const { LastUpdateStatus, ...frozen } = latest;
    const version: VersionRecord = {
      ...frozen,
      Version: String(record.NextVersion),
      Settings: { ...latest.Settings, Description: description ?? latest.Settings.Description },
      PublishedDescription: latest.Settings.Description,
      LastModified: modifiedAt(context.now),
      RevisionId: host.ids.uuid(),
      ...(LastUpdateStatus === 'InProgress' ? { State: 'Pending' } : { LastUpdateStatus }),
    };
    functions.putVersion(scope, version);
    functions.putVersion(scope, { ...latest, RevisionId: host.ids.uuid() });
    functions.functions.update(scope, name, { ...record, NextVersion: record.NextVersion + 1 });
    return version;
  }
}

function latestOf(reference: FunctionReference): FunctionReference {
  return { ...reference, qualifier: LATEST };
}

function checkRevision(version: VersionRecord, expected: string | undefined): void {
  if (expected !== undefined && expected !== version.RevisionId) throw wrongRevision('GetFunction/GetAlias');
}

/** Whether a published version is what `$LATEST` still is. */
function isSame(published: VersionRecord, latest: VersionRecord): boolean {
  const asPublished = { ...published.Settings, Description: published.PublishedDescription };
  return published.Code.Sha256 === latest.Code.Sha256 && isDeepStrictEqual(asPublished, latest.Settings);
}
