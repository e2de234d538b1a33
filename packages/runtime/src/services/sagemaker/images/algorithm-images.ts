import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../../dispatch/host.ts';
import { JobFault } from '../errors.ts';
import type { MetricDefinition } from '../training/metrics.ts';
import { type ImageReference, parseImageUri } from './image-uris.ts';

/** `sagemaker.json` of an image's folder: what makes it an image that SageMaker's names lead to. */
interface Manifest {
  /** Names of repositories, whatever their registry. */
  readonly repositories: readonly string[];
  /** Python module that is run with `train` or `serve`. */
  readonly module: string;
  /** What a built-in algorithm reports; a name and a line of the log for every channel and metric. */
  readonly metrics?: {
    readonly channels: readonly string[];
    readonly names: readonly string[];
    /** With `{channel}` and `{name}`. */
    readonly regex: string;
  };
}

/** An image of this machine that a reference leads to. */
export interface AlgorithmImage extends ImageReference {
  /** Folder below `images/`, by which its environment is made. */
  readonly folder: string;
  readonly module: string;
  /** Undefined for an image that is no built-in algorithm. */
  readonly metricDefinitions: readonly MetricDefinition[] | undefined;
}

/** The images that can be run as processes of this machine, by the names of their repositories. */
export class AlgorithmImages {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** @returns undefined when no image of this machine has the repository's name */
  find(uri: string): AlgorithmImage | undefined {
    const reference = parseImageUri(uri);
    for (const { folder, manifest } of this.#manifests()) {
      if (!manifest.repositories.includes(reference.repository)) continue;
      return {
        ...reference,
        folder,
        module: manifest.module,
        metricDefinitions: manifest.metrics && definitionsOf(manifest.metrics),
      };
    }
    return undefined;
  }

  /** @throws JobFault naming the images that there are */
  require(uri: string): AlgorithmImage {
    const image = this.find(uri);
    if (image) return image;
    const known = this.#manifests().flatMap(({ manifest }) => manifest.repositories);
    throw new JobFault(
      `ClientError: There is no image ${parseImageUri(uri).repository} on this machine for ${uri}. ` +
        `Images are found by the name of their repository, in any account and region; there are: ${known.sort().join(', ')}.`,
    );
  }

  #manifests(): { folder: string; manifest: Manifest }[] {
    const root = this.#host.config.imagesFolder;
    return readdirSync(root)
      .map((folder) => ({ folder, path: join(root, folder, 'sagemaker.json') }))
      .filter(({ path }) => existsSync(path))
      .map(({ folder, path }) => ({ folder, manifest: JSON.parse(readFileSync(path, 'utf8')) as Manifest }));
  }
}

function definitionsOf({ channels, names, regex }: NonNullable<Manifest['metrics']>): MetricDefinition[] {
  return channels.flatMap((channel) =>
    names.map((name) => ({
      Name: `${channel}:${name}`,
      Regex: regex.replaceAll('{channel}', channel).replaceAll('{name}', name),
    })),
  );
}
