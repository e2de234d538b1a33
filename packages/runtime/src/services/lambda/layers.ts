import type { GetLayerVersionResponse, Lambda, LayerVersionsListItem } from '@aws-sdk/client-lambda';
import type { Operations } from '../../dispatch/service.ts';
import type { Scope } from '../../store/collection.ts';
import { openCode } from './code-source.ts';
import { invalidParameter, notFound, wrongRevision } from './errors.ts';
import { codeLocation } from './functions.ts';
import { type LayerVersionRecord, layerArn, layerOf, layerReference, layerVersionId } from './layer-store.ts';
import { pageOf } from './paging.ts';
import type { LambdaParts } from './parts.ts';
import { duplicateStatement, principalOf, unknownStatement } from './permissions.ts';
import { type PolicyStatement, policyDocument } from './policy-store.ts';
import { checkCompatibleRuntimes } from './runtimes.ts';
import { modifiedAt } from './timestamps.ts';

/** Layers: archives that functions find under `/opt` and on their language's path. */
export function layerOperations(parts: LambdaParts) {
  const { host, layers, policies, codes } = parts;
  return {
    async PublishLayerVersion(input, context) {
      const { scope, name } = layerOf(context, input.LayerName);
      checkCompatibleRuntimes(input.CompatibleRuntimes ?? []);
      return await codes.keep(await openCode(input.Content, context), (code) =>
        context.transaction(() => {
          const Version = (layers.layers.get(scope, name)?.LastVersion ?? 0) + 1;
          const record: LayerVersionRecord = {
            Name: name,
            Version,
            Description: input.Description ?? '',
            CreatedDate: modifiedAt(context.now),
            CompatibleRuntimes: input.CompatibleRuntimes,
            CompatibleArchitectures: input.CompatibleArchitectures,
            LicenseInfo: input.LicenseInfo,
            Code: code,
          };
          layers.layers.put(scope, name, { LastVersion: Version });
          layers.versions.insert(scope, layerVersionId(name, Version), record);
          return described(scope, record);
        }),
      );
    },

    GetLayerVersion(input, context) {
      const { scope, name } = layerOf(context, input.LayerName);
      return described(scope, versionOf(scope, name, input.VersionNumber));
    },

    GetLayerVersionByArn(input) {
      const { scope, name, version } = layerReference(input.Arn)!;
      return described(scope, versionOf(scope, name, version));
    },

    ListLayerVersions(input, context) {
      const { scope, name } = layerOf(context, input.LayerName);
      const listed = layers.versionsOf(scope, name).filter((version) => isCompatible(version, input));
      const { page, NextMarker } = pageOf(listed, input, ['layer versions', name]);
      return { LayerVersions: page.map((version) => listedVersion(scope, version)), NextMarker };
    },

    ListLayers(input, context) {
      const listed = layers.layers.list(context).flatMap(({ id: name }) => {
        const latest = layers.versionsOf(context, name).find((version) => isCompatible(version, input));
        return latest ? [latest] : [];
      });
      const { page, NextMarker } = pageOf(listed, input, 'layers');
      return {
        Layers: page.map((latest) => ({
          LayerName: latest.Name,
          LayerArn: layerArn(context, latest.Name),
          LatestMatchingVersion: listedVersion(context, latest),
        })),
        NextMarker,
      };
    },

    /** Deleting a version that is not there succeeds, as on AWS; functions keep what they use. */
    async DeleteLayerVersion(input, context) {
      const { scope, name } = layerOf(context, input.LayerName);
      checkNumber(input.VersionNumber);
      return await context.transaction(() => {
        const record = layers.version(scope, name, input.VersionNumber);
        if (record) {
          layers.versions.update(scope, layerVersionId(name, record.Version), { ...record, Deleted: true });
          policies.delete(scope, policyId(name, record.Version));
          forgetUnusedLayers(parts);
        }
        return {};
      });
    },

    async AddLayerVersionPermission(input, context) {
      const { scope, name } = layerOf(context, input.LayerName);
      return await context.transaction(() => {
        const Resource = policyOwner(scope, name, input.VersionNumber);
        const id = policyId(name, input.VersionNumber);
        const before = policies.statements(scope, id);
        checkRevision(scope, id, input.RevisionId);
        if (before.some(({ Sid }) => Sid === input.StatementId)) throw duplicateStatement(input.StatementId);
        const statement: PolicyStatement = {
          Sid: input.StatementId,
          Effect: 'Allow',
          Principal: principalOf(input.Principal),
          Action: input.Action,
          Resource,
          ...(input.OrganizationId && {
            Condition: { StringEquals: { 'aws:PrincipalOrgID': input.OrganizationId } },
          }),
        };
        const RevisionId = host.ids.uuid();
        policies.write(scope, id, [...before, statement], RevisionId);
        return { Statement: JSON.stringify(statement), RevisionId };
      });
    },

    async RemoveLayerVersionPermission(input, context) {
      const { scope, name } = layerOf(context, input.LayerName);
      return await context.transaction(() => {
        policyOwner(scope, name, input.VersionNumber);
        const id = policyId(name, input.VersionNumber);
        const before = policies.statements(scope, id);
        checkRevision(scope, id, input.RevisionId);
        if (!before.some(({ Sid }) => Sid === input.StatementId)) throw unknownStatement(input.StatementId);
        const after = before.filter(({ Sid }) => Sid !== input.StatementId);
        policies.write(scope, id, after, host.ids.uuid());
        return {};
      });
    },

    GetLayerVersionPolicy(input, context) {
      const { scope, name } = layerOf(context, input.LayerName);
      policyOwner(scope, name, input.VersionNumber);
      const id = policyId(name, input.VersionNumber);
      const statements = policies.statements(scope, id);
      if (statements.length === 0) throw notFound('No policy is associated with the given resource.');
      return { Policy: policyDocument(statements), RevisionId: policies.revision(scope, id) };
    },
  } satisfies Operations<Lambda>;

  function versionOf(scope: Scope, name: string, version: number): LayerVersionRecord {
    checkNumber(version);
    const record = layers.version(scope, name, version);
    if (!record) throw notFound('The resource you requested does not exist.');
    return record;
  }

  function checkRevision(scope: Scope, id: string, expected: string | undefined): void {
    if (expected !== undefined && expected !== policies.revision(scope, id))
      throw wrongRevision('GetLayerPolicy');
  }

  /** @returns the ARN of the layer version that a policy is about */
  function policyOwner(scope: Scope, name: string, version: number): string {
    const arn = `${layerArn(scope, name)}:${version}`;
    if (!layers.version(scope, name, version)) throw notFound(`Layer version ${arn} does not exist.`);
    return arn;
  }

  function described(scope: Scope, record: LayerVersionRecord): GetLayerVersionResponse {
    return {
      ...listedVersion(scope, record),
      LayerArn: layerArn(scope, record.Name),
      Content: {
        Location: codeLocation(host.endpoint(), record.Code.Sha256),
        CodeSha256: record.Code.Sha256,
        CodeSize: record.Code.Size,
      },
    };
  }
}

/** Inside a transaction: removes deleted layer versions that no function has any more. */
export function forgetUnusedLayers({ host, functions, layers, codes }: LambdaParts): void {
  const used = new Set(
    functions.versions
      .everywhere()
      .flatMap(({ document }) => document.Settings.Layers ?? [])
      .map(({ Arn }) => Arn),
  );
  for (const { scope, id, document } of layers.versions.everywhere({ deleted: 1 })) {
    if (used.has(`${layerArn(scope, document.Name)}:${document.Version}`)) continue;
    layers.versions.delete(scope, id);
    host.database.afterCommit(() => codes.discardUnused(document.Code.Sha256));
  }
}

function policyId(name: string, version: number): string {
  return `layer/${name}:${version}`;
}

function checkNumber(version: number): void {
  if (version < 1) throw invalidParameter('Layer Version Cannot be less than 1');
}

function isCompatible(
  { CompatibleRuntimes, CompatibleArchitectures }: LayerVersionRecord,
  wanted: { CompatibleRuntime?: string | undefined; CompatibleArchitecture?: string | undefined },
): boolean {
  const runtimes: readonly string[] = CompatibleRuntimes ?? [];
  const architectures: readonly string[] = CompatibleArchitectures ?? [];
  return (
    (wanted.CompatibleRuntime === undefined || runtimes.includes(wanted.CompatibleRuntime)) &&
    (wanted.CompatibleArchitecture === undefined || architectures.includes(wanted.CompatibleArchitecture))
  );
}

function listedVersion(scope: Scope, record: LayerVersionRecord): LayerVersionsListItem {
  const { Name, Version, Description, CreatedDate, LicenseInfo } = record;
  return {
    LayerVersionArn: `${layerArn(scope, Name)}:${Version}`,
    Version,
    Description,
    CreatedDate,
    LicenseInfo,
    CompatibleRuntimes: record.CompatibleRuntimes,
    CompatibleArchitectures: record.CompatibleArchitectures,
  };
}
