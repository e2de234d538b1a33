import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { AssemblyError } from './assembly-error.ts';

/** Where a stack is deployed; undefined where the app leaves it open. */
export interface StackEnvironment {
  readonly account: string | undefined;
  readonly region: string | undefined;
}

/** A stack of a cloud assembly, with what its deployment needs. */
export interface AssemblyStack {
  /** As the CDK shows it, such as `Stage/Stack`. */
  readonly displayName: string;
  readonly stackName: string;
  readonly environment: StackEnvironment;
  readonly templatePath: string;
  /** `s3://bucket/key` of the template among the assets, with placeholders. */
  readonly templateUrl: string | undefined;
  readonly executionRoleArn: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly terminationProtection: boolean;
  readonly assets: readonly FileAsset[];
  /** Why the rest of its assets cannot be published here. */
  readonly unpublishable: readonly string[];
  /** Stack ids (of this assembly) that have to be deployed first. */
  readonly dependencies: readonly string[];
  readonly id: string;
}

/** A file or folder of a cloud assembly that goes into a bucket. */
export interface FileAsset {
  readonly name: string;
  readonly path: string;
  readonly packaging: 'zip' | 'file';
  readonly destinations: readonly AssetDestination[];
}

export interface AssetDestination {
  readonly bucketName: string;
  readonly objectKey: string;
  readonly region: string | undefined;
}

interface Manifest {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly dependencies?: readonly string[];
  readonly displayName?: string;
  readonly metadata?: Metadata;
  /** The metadata, where they are in a file of their own. */
  readonly additionalMetadataFile?: string;
}

/** Notes of the CDK by construct path. */
type Metadata = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;

interface AssetManifest {
  readonly files?: Readonly<Record<string, FileEntry>>;
  readonly dockerImages?: Readonly<Record<string, object>>;
}

interface FileEntry {
  readonly displayName?: string;
  readonly source: {
    readonly path?: string;
    readonly packaging?: string;
    readonly executable?: readonly string[];
  };
  readonly destinations: Readonly<Record<string, { bucketName: string; objectKey: string; region?: string }>>;
}

/**
 * Reads a cloud assembly (`cdk.out`), those nested in it included. Only what a deployment needs is read,
 * which has been the same in every version of the format so far: no version is refused.
 *
 * @throws AssemblyError when there is none
 */
export function readAssembly(folder: string): AssemblyStack[] {
  const { artifacts = {} } = readJson<Manifest>(join(folder, 'manifest.json'), folder);
  const stacks: AssemblyStack[] = [];
  for (const [id, artifact] of Object.entries(artifacts)) {
    const { type, properties = {} } = artifact;
    if (type === 'aws:cloudformation:stack') stacks.push(readStack(folder, id, artifact, artifacts));
    if (type === 'cdk:cloud-assembly')
      stacks.push(...readAssembly(join(folder, String(properties['directoryName']))));
  }
  return stacks;
}

function readStack(
  folder: string,
  id: string,
  artifact: Artifact,
  artifacts: Readonly<Record<string, Artifact>>,
): AssemblyStack {
  const { environment = '', properties = {}, dependencies = [], displayName } = artifact;
  const text = (name: string) => (typeof properties[name] === 'string' ? properties[name] : undefined);
  const record = (name: string) => (properties[name] ?? {}) as Record<string, string>;
  const manifests = dependencies.flatMap((name) => {
    const needed = artifacts[name];
    return needed?.type === 'cdk:asset-manifest' ? [readAssets(folder, needed)] : [];
  });
  return {
    id,
    displayName: displayName ?? id,
    stackName: text('stackName') ?? id,
    environment: parseEnvironment(environment),
    templatePath: join(folder, text('templateFile') ?? ''),
    templateUrl: text('stackTemplateAssetObjectUrl'),
    executionRoleArn: text('cloudFormationExecutionRoleArn'),
    parameters: record('parameters'),
    tags: properties['tags'] === undefined ? notedTags(folder, artifact) : record('tags'),
    terminationProtection: properties['terminationProtection'] === true,
    assets: manifests.flatMap(({ assets }) => assets),
    unpublishable: manifests.flatMap(({ unpublishable }) => unpublishable),
    dependencies: dependencies.filter((name) => artifacts[name]?.type === 'aws:cloudformation:stack'),
  };
}

/** Tags of the stack as versions of the CDK note them that do not list them among its properties. */
function notedTags(folder: string, { metadata, additionalMetadataFile }: Artifact): Record<string, string> {
  const notes = additionalMetadataFile
    ? readJson<Metadata>(join(folder, additionalMetadataFile), folder)
    : (metadata ?? {});
  const tags = Object.values(notes)
    .flat()
    .filter(({ type }) => type === 'aws:cdk:stack-tags')
    .flatMap(({ data }) => data as { Key?: string; key?: string; Value?: string; value?: string }[]);
  return Object.fromEntries(tags.map(({ Key, key = '', Value, value = '' }) => [Key ?? key, Value ?? value]));
}

/** `aws://<account>/<region>`, where either may be unknown. */
function parseEnvironment(environment: string): StackEnvironment {
  const [account = '', region = ''] = environment.replace('aws://', '').split('/');
  const known = (part: string) => (part === '' || part.startsWith('unknown-') ? undefined : part);
  return { account: known(account), region: known(region) };
}

function readAssets(
  folder: string,
  { properties = {} }: Artifact,
): Pick<AssemblyStack, 'assets' | 'unpublishable'> {
  const { files = {}, dockerImages = {} } = readJson<AssetManifest>(
    join(folder, String(properties['file'])),
    folder,
  );
  const assets: FileAsset[] = [];
  const unpublishable = Object.keys(dockerImages).map(
    (image) =>
      `The app has a container image among its assets (${image}), and there is no registry here to push it to. ` +
      'Build the image on AWS, or use one of the images that come with Slipway.',
  );
  for (const [id, { displayName, source, destinations }] of Object.entries(files)) {
    const name = displayName ?? id;
    if (source.path === undefined) {
      unpublishable.push(
        `The asset ${name} is made by a command (${(source.executable ?? []).join(' ')}), which is not supported.`,
      );
      continue;
    }
    assets.push({
      name,
      path: join(folder, source.path),
      packaging: source.packaging === 'zip' ? 'zip' : 'file',
      destinations: Object.values(destinations).map(({ bucketName, objectKey, region }) => ({
        bucketName,
        objectKey,
        region,
      })),
    });
  }
  return { assets, unpublishable };
}

function readJson<T>(path: string, folder: string): T {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    throw new AssemblyError(
      `${folder} is no cloud assembly: ${relative(folder, path)} cannot be read (${(error as Error).message}). ` +
        'Synthesize the app first.',
    );
  }
}
