import type { Lambda } from '@aws-sdk/client-lambda';
import type { Operations } from '../../dispatch/service.ts';
import type { Scope } from '../../store/collection.ts';
import { openCode } from './code-source.ts';
import { configurationOf, listedConfiguration } from './configuration.ts';
import { conflict, functionNotFound, invalidParameter, notSupported } from './errors.ts';
import type { VersionRecord } from './function-store.ts';
import { versionId } from './function-store.ts';
import { functionArn, LATEST, referenceOf } from './names.ts';
import { pageOf } from './paging.ts';
import type { LambdaParts } from './parts.ts';
import { checkRole } from './roles.ts';
import { runtimeOf, runtimeWarning } from './runtimes.ts';
import { settingsOf } from './settings.ts';
import { modifiedAt } from './timestamps.ts';

/** Creating, reading, listing and deleting functions. */
export function functionOperations(parts: LambdaParts) {
  const { host, functions, layers, codes, activation, workers } = parts;
  return {
    async CreateFunction(input, context) {
      const { scope, name } = referenceOf(context, input.FunctionName);
      if (input.CodeSigningConfigArn) throw notSupported('Code signing is');
      if (functions.functions.get(scope, name)) throw conflict(`Function already exist: ${name}`);
      const settings = settingsOf(scope, { ...input, FunctionName: name }, (from, arns) =>
        layers.lookUp(from, arns),
      );
      const warning = runtimeWarning(name, runtimeOf(settings.Runtime));
      if (warning) context.warn(warning);
      await checkRole(host, settings.Role, { scope, name }, context);
      return await codes.keep(await openCode(input.Code, context), (code) =>
        context.transaction(() => {
          const Tags = input.Tags ?? {};
          const NextVersion = input.Publish ? 2 : 1;
          if (!functions.functions.insert(scope, name, { Tags, NextVersion })) {
            throw conflict(`Function already exist: ${name}`);
          }
          const created = (Version: string): VersionRecord => ({
            Name: name,
            Version,
            Settings: settings,
            Code: code,
            LastModified: modifiedAt(context.now),
            RevisionId: host.ids.uuid(),
            State: 'Pending',
          });
          const versions = [created(LATEST), ...(input.Publish ? [created('1')] : [])];
          for (const version of versions) functions.putVersion(scope, version);
          activation.order(scope, name);
          return configurationOf(scope, versions.at(-1)!);
        }),
      );
    },

    GetFunction(input, context) {
      const reference = referenceOf(context, input.FunctionName, input.Qualifier);
      const { scope, qualifier } = reference;
      const version = functions.resolve(reference);
      const { Tags, ReservedConcurrency } = functions.functionOf(reference);
      return {
        Configuration: configurationOf(scope, version, qualifier),
        Code: { RepositoryType: 'S3', Location: codeLocation(host.endpoint(), version.Code.Sha256) },
        Tags: Object.keys(Tags).length > 0 ? Tags : undefined,
        Concurrency:
          ReservedConcurrency === undefined
            ? undefined
            : { ReservedConcurrentExecutions: ReservedConcurrency },
      };
    },

    GetFunctionConfiguration(input, context) {
      const reference = referenceOf(context, input.FunctionName, input.Qualifier);
      return configurationOf(reference.scope, functions.resolve(reference), reference.qualifier);
    },

    ListFunctions(input, context) {
      const all = input.FunctionVersion === 'ALL';
      const listed = functions.versions
        .list(context)
        .map(({ document }) => document)
        .filter(({ Version }) => all || Version === LATEST);
      const { page, NextMarker } = pageOf(listed, input, ['functions', all]);
      return {
        Functions: page.map((version) =>
          listedConfiguration(context, version, all ? version.Version : undefined),
        ),
        NextMarker,
      };
    },

    ListVersionsByFunction(input, context) {
      const reference = referenceOf(context, input.FunctionName);
      functions.functionOf(reference);
      const { scope, name } = reference;
      const { page, NextMarker } = pageOf(functions.versionsOf(scope, name), input, ['versions', name]);
      return {
        Versions: page.map((version) => listedConfiguration(scope, version, version.Version)),
        NextMarker,
      };
    },

    async DeleteFunction(input, context) {
      const { scope, name, qualifier } = referenceOf(context, input.FunctionName, input.Qualifier);
      if (qualifier === LATEST) {
        throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
      }
      return await context.transaction(() => {
        if (!functions.functions.get(scope, name)) throw functionNotFound(functionArn(scope, name));
        const forgotten =
          qualifier === undefined ? deleteAll(scope, name) : deleteVersion(scope, name, qualifier);
        host.database.afterCommit(() => {
          for (const { Code } of forgotten) codes.discardUnused(Code.Sha256);
          workers.retire(scope, name, qualifier);
          host.signals.changed(functionArn(scope, name));
        });
        return { StatusCode: 204 };
      });
    },
  } satisfies Operations<Lambda>;

  function deleteAll(scope: Scope, name: string): VersionRecord[] {
    const versions = functions.versionsOf(scope, name);
    functions.functions.delete(scope, name);
    for (const { Version } of versions) functions.versions.delete(scope, versionId(name, Version));
    for (const { id } of functions.aliases.list(scope, { prefix: `${name}:` })) {
      functions.aliases.delete(scope, id);
    }
    parts.policies.forget(scope, name);
    parts.invokeConfigs.forget(scope, name);
    return versions;
  }

  /** Deleting a version that is not there succeeds, as on AWS. */
  function deleteVersion(scope: Scope, name: string, version: string): VersionRecord[] {
    const aliases = functions.aliases
      .list(scope, { prefix: `${name}:` })
      .map(({ document }) => document)
      .filter(({ FunctionVersion, Weights }) => FunctionVersion === version || version in Weights);
    if (aliases.length > 0) {
      const names = aliases.map(({ Name }) => Name).join(', ');
      throw conflict(`Unable to delete version because the following aliases reference it: [${names}]`);
    }
    const record = functions.version(scope, name, version);
    functions.versions.delete(scope, versionId(name, version));
    return record ? [record] : [];
  }
}

/** Where an archive of the code store can be fetched. */
export function codeLocation(endpoint: string, sha256: string): string {
  return `${endpoint}/_slipway/lambda/${Buffer.from(sha256, 'base64').toString('hex')}.zip`;
}
