import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { Collection, type Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';
import { functionNotFound } from './errors.ts';
import { arnOf, type FunctionReference, functionArn, isVersion, LATEST } from './names.ts';

/** What belongs to a function as a whole. */
export interface FunctionRecord {
  readonly Tags: Record<string, string>;
  /** Number that the next published version gets. */
  readonly NextVersion: number;
  readonly ReservedConcurrency?: number;
}

/** The settings that a version freezes, under AWS's names. */
export type VersionSettings = Pick<
  FunctionConfiguration,
  | 'Description'
  | 'Environment'
  | 'DeadLetterConfig'
  | 'VpcConfig'
  | 'KMSKeyArn'
  | 'Layers'
  | 'SnapStart'
  | 'TracingConfig'
> & {
  readonly Runtime: NonNullable<FunctionConfiguration['Runtime']>;
  readonly Role: string;
  readonly Handler: string;
  readonly Timeout: number;
  readonly MemorySize: number;
  readonly Architectures: NonNullable<FunctionConfiguration['Architectures']>;
  readonly EphemeralStorage: { readonly Size: number };
  readonly LoggingConfig: NonNullable<FunctionConfiguration['LoggingConfig']> & { readonly LogGroup: string };
};

/** An archive in the code store. */
export interface CodeReference {
  /** Base64, as the API gives it. */
  readonly Sha256: string;
  /** Bytes of the archive. */
  readonly Size: number;
}

/** A version of a function: `$LATEST`, or a published one that never changes. */
export interface VersionRecord {
  readonly Name: string;
  readonly Version: string;
  readonly Settings: VersionSettings;
  readonly Code: CodeReference;
  readonly LastModified: string;
  readonly RevisionId: string;
  /** `Pending` until its code and environment are ready; `Failed` with the reason when they cannot be. */
  readonly State: 'Pending' | 'Active' | 'Failed';
  readonly StateReason?: string;
  /** Absent while the version is being created. */
  readonly LastUpdateStatus?: 'Successful' | 'InProgress' | 'Failed';
  readonly LastUpdateReason?: string;
  /** Of a published version: the description that `$LATEST` had then, which publishing may replace. */
  readonly PublishedDescription?: string | undefined;
}

export interface AliasRecord {
  readonly Name: string;
  readonly FunctionVersion: string;
  readonly Description: string;
  readonly Weights: Record<string, number>;
  readonly RevisionId: string;
}

export const functionSchema = [
  Collection.schema('lambda_function'),
  Collection.schema('lambda_version', ['status TEXT NOT NULL', 'code TEXT NOT NULL']),
  Collection.schema('lambda_alias'),
].join('\n');

/** Functions, versions and aliases as rows. Writing methods are for use inside a transaction. */
export class FunctionStore {
  readonly functions: Collection<FunctionRecord>;
  readonly versions: Collection<VersionRecord>;
  readonly aliases: Collection<AliasRecord>;

  constructor(database: Database) {
    this.functions = new Collection(database, 'lambda_function');
    this.versions = new Collection(database, 'lambda_version', {
      status: ({ State, LastUpdateStatus }) =>
        State === 'Pending' || LastUpdateStatus === 'InProgress' ? 'preparing' : 'settled',
      code: ({ Code }) => Code.Sha256,
    });
    this.aliases = new Collection(database, 'lambda_alias');
  }

  /** Whether a version of any account has the archive of this hash. */
  hasCode(sha256: string): boolean {
    return this.versions.everywhere({ code: sha256 }).length > 0;
  }

  version(scope: Scope, name: string, version: string): VersionRecord | undefined {
    return this.versions.get(scope, versionId(name, version));
  }

  putVersion(scope: Scope, record: VersionRecord): void {
    this.versions.put(scope, versionId(record.Name, record.Version), record);
  }

  versionsOf(scope: Scope, name: string): VersionRecord[] {
    return this.versions.list(scope, { prefix: `${name}:` }).map(({ document }) => document);
  }

  alias(scope: Scope, name: string, alias: string): AliasRecord | undefined {
    return this.aliases.get(scope, `${name}:${alias}`);
  }

  /**
   * The version that a reference means; an alias gives its main version.
   *
   * @throws ServiceError naming the ARN that does not exist
   */
  resolve(reference: FunctionReference): VersionRecord {
    const { scope, name, qualifier = LATEST } = reference;
    const version = isVersion(qualifier) ? qualifier : this.alias(scope, name, qualifier)?.FunctionVersion;
    const record = version === undefined ? undefined : this.version(scope, name, version);
    if (!record) throw functionNotFound(arnOf(reference));
    return record;
  }

  /** The function as a whole. @throws ServiceError when there is none */
  functionOf({ scope, name, qualifier }: FunctionReference): FunctionRecord {
    const record = this.functions.get(scope, name);
    if (!record) throw functionNotFound(functionArn(scope, name, qualifier));
    return record;
  }
}

/** Sorts `$LATEST` first, then versions by number. */
export function versionId(name: string, version: string): string {
  return `${name}:${version === LATEST ? version : version.padStart(12, '0')}`;
}
