import type { Architecture, Runtime } from '@aws-sdk/client-lambda';
import { Collection, type Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';
import { invalidParameter } from './errors.ts';
import type { CodeReference, VersionSettings } from './function-store.ts';

export interface LayerVersionRecord {
  readonly Name: string;
  readonly Version: number;
  readonly Description: string;
  readonly CreatedDate: string;
  readonly CompatibleRuntimes: Runtime[] | undefined;
  readonly CompatibleArchitectures: Architecture[] | undefined;
  readonly LicenseInfo: string | undefined;
  readonly Code: CodeReference;
  /** A deleted version stays while functions use it, but nobody finds it any more. */
  readonly Deleted?: boolean;
}

export const layerSchema = [
  Collection.schema('lambda_layer'),
  Collection.schema('lambda_layer_version', ['code TEXT NOT NULL', 'deleted INTEGER NOT NULL']),
].join('\n');

const LAYER_ARN = /^arn:aws[a-z-]*:lambda:([a-z0-9-]+):(\d{12}):layer:([a-zA-Z0-9-_]+)(?::(\d+))?$/;
const MOST_LAYERS = 5;

/** A layer version as an ARN names it. */
export interface LayerReference {
  readonly scope: Scope;
  readonly name: string;
  readonly version: number;
}

/** Layers and their versions as rows. Writing methods are for use inside a transaction. */
export class LayerStore {
  /** How many versions a layer ever had; numbers are not given twice. */
  readonly layers: Collection<{ readonly LastVersion: number }>;
  readonly versions: Collection<LayerVersionRecord>;

  constructor(database: Database) {
    this.layers = new Collection(database, 'lambda_layer');
    this.versions = new Collection(database, 'lambda_layer_version', {
      code: ({ Code }) => Code.Sha256,
      deleted: ({ Deleted }) => (Deleted ? 1 : 0),
    });
  }

  /** Whether a layer version of any account has the archive of this hash. */
  hasCode(sha256: string): boolean {
    return this.versions.everywhere({ code: sha256 }).length > 0;
  }

  version(scope: Scope, name: string, version: number): LayerVersionRecord | undefined {
    const record = this.versions.get(scope, layerVersionId(name, version));
    return record?.Deleted ? undefined : record;
  }

  /** Newest first, deleted ones left out. */
  versionsOf(scope: Scope, name: string): LayerVersionRecord[] {
    return this.versions
      .list(scope, { prefix: `${name}:`, where: { deleted: 0 } })
      .map(({ document }) => document)
      .reverse();
  }

  /** The code of a layer that a function has, also after its deletion. */
  codeOf(arn: string): CodeReference | undefined {
    const reference = layerReference(arn);
    return (
      reference && this.versions.get(reference.scope, layerVersionId(reference.name, reference.version))?.Code
    );
  }

  /**
   * Layers for a function's settings.
   *
   * @throws ServiceError when one does not exist, two are versions of one layer, or there are too many
   */
  lookUp(scope: Scope, arns: readonly string[]): VersionSettings['Layers'] {
    if (arns.length > MOST_LAYERS)
      throw invalidParameter(`Cannot reference more than ${MOST_LAYERS} layers.`);
    const seen = new Map<string, string>();
    return arns.map((arn) => {
      const reference = layerReference(arn);
      if (!reference) throw invalidParameter(`Layer version ${arn} does not exist.`);
      if (reference.scope.region !== scope.region) {
        throw invalidParameter(
          `Layers are not in the same region as the function. Layers are expected to be in region ${scope.region}.`,
        );
      }
      const record = this.version(reference.scope, reference.name, reference.version);
      if (!record) throw invalidParameter(`Layer version ${arn} does not exist.`);
      const layer = layerArn(reference.scope, reference.name);
      const other = seen.get(layer);
      if (other !== undefined) {
        throw invalidParameter(
          `Two different versions of the same layer are not allowed to be referenced in the same function. ${other} and ${arn} are versions of the same layer.`,
        );
      }
      seen.set(layer, arn);
      return { Arn: arn, CodeSize: record.Code.Size };
    });
  }
}

export function layerArn({ account, region }: Scope, name: string): string {
  return `arn:aws:lambda:${region}:${account}:layer:${name}`;
}

/** @returns undefined when the text is no ARN of a layer version */
export function layerReference(arn: string): LayerReference | undefined {
  const [, region, account, name, version] = LAYER_ARN.exec(arn) ?? [];
  if (region === undefined || account === undefined || name === undefined || version === undefined) {
    return undefined;
  }
  return { scope: { account, region }, name, version: Number(version) };
}

/** A layer as requests name it: by name or by ARN. */
export function layerOf(caller: Scope, text: string): { scope: Scope; name: string } {
  const [, region, account, name] = LAYER_ARN.exec(text) ?? [];
  if (region === undefined || account === undefined || name === undefined) {
    return { scope: { account: caller.account, region: caller.region }, name: text };
  }
  return { scope: { account, region }, name };
}

export function layerVersionId(name: string, version: number): string {
  return `${name}:${String(version).padStart(12, '0')}`;
}
