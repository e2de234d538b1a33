import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../progress.ts';
import { withFileLock } from '../store/file-lock.ts';
import { EnvironmentError } from './environment-error.ts';
import { processEnvironment } from './process-environment.ts';
import { runToEnd } from './run-to-end.ts';
import { findPython, findUv } from './uv.ts';

/** A Python environment that is ready to run an image's code. */
export interface PythonEnvironment {
  /** The interpreter. */
  readonly python: string;
  /** Variables that put the image's own source on the path. */
  readonly variables: Readonly<Record<string, string>>;
}

/** `image.json` of an image's folder. */
interface ImageManifest {
  /** Lock file with hashes, made by `uv pip compile`. */
  readonly lock: string;
  /** Folders with the image's own modules, relative to the image. */
  readonly source: readonly string[];
  /** Arguments of a Python run after the build that prepares caches, such as compiled kernels. */
  readonly warm?: readonly string[];
}

/**
 * Python environments of the algorithm images, each made once per lock file by uv and kept in the
 * cache folder under the lock's hash.
 */
export class Environments {
  readonly #images: string;
  readonly #tools: string;
  readonly #cache: string;
  readonly #python: string;
  readonly #progress: Progress;
  readonly #ready = new Map<string, Promise<PythonEnvironment>>();

  constructor(parts: {
    imagesFolder: string;
    cacheFolder: string;
    python: string;
    progress: Progress;
    /** Where `uv.lock` lies; the images' folder unless said otherwise. */
    toolsFolder?: string;
  }) {
    this.#images = parts.imagesFolder;
    this.#tools = parts.toolsFolder ?? parts.imagesFolder;
    this.#cache = parts.cacheFolder;
    this.#python = parts.python;
    this.#progress = parts.progress;
  }

  /** Folder of an image's source. */
  imageFolder(image: string): string {
    return join(this.#images, image);
  }

  /** Whether an image's environment is made already. */
  isReady(image: string): boolean {
    return existsSync(join(this.#folderOf(image), 'ready'));
  }

  /**
   * Gives an image's environment, made now if need be; progress is told to the listeners.
   *
   * @throws EnvironmentError saying what is missing or what the build printed
   */
  ensure(image: string): Promise<PythonEnvironment> {
    const known = this.#ready.get(image);
    if (known) return known;
    const made = this.#ensure(image);
    this.#ready.set(image, made);
    // A failed build is tried again by the next who asks.
    made.catch(() => this.#ready.delete(image));
    return made;
  }

  async #ensure(image: string): Promise<PythonEnvironment> {
    const folder = this.#folderOf(image);
    const manifest = this.#manifest(image);
    const environment: PythonEnvironment = {
      python: join(folder, 'bin', 'python'),
      variables: {
        PYTHONPATH: manifest.source.map((source) => join(this.imageFolder(image), source)).join(':'),
        NUMBA_CACHE_DIR: join(folder, 'numba'),
        PYTHONDONTWRITEBYTECODE: '1',
      },
    };
    if (this.isReady(image)) return environment;
    mkdirSync(join(this.#cache, 'environments'), { recursive: true });
    await withFileLock(`${folder}.lock`, async () => {
      if (!this.isReady(image)) await this.#build(image, manifest, environment, folder);
    });
    return environment;
  }

  async #build(
    image: string,
    manifest: ImageManifest,
    environment: PythonEnvironment,
    folder: string,
  ): Promise<void> {
    const started = performance.now();
    this.#progress.emit({
      type: 'environment.started',
      name: image,
      reason: `first use of ${manifest.lock}`,
    });
    const line = (text: string) => this.#progress.emit({ type: 'environment.line', name: image, line: text });
    rmSync(folder, { recursive: true, force: true });
    const python = await findPython(this.#python);
    const uv = await findUv(this.#cache, python, join(this.#tools, 'uv.lock'), line);
    const lock = join(this.imageFolder(image), manifest.lock);
    const run = (command: string, args: readonly string[]) =>
      runToEnd(command, args, { environment: buildEnvironment(), line });
    await run(uv, ['venv', '--quiet', '--python', python, folder]);
    await run(uv, ['pip', 'sync', '--python', environment.python, '--require-hashes', ...findLinks(), lock]);
    if (manifest.warm) {
      await runToEnd(environment.python, manifest.warm, {
        environment: processEnvironment(environment.variables),
        line,
      });
    }
    writeFileSync(join(folder, 'ready'), `${image}\n`);
    const seconds = (performance.now() - started) / 1000;
    this.#progress.emit({ type: 'environment.ready', name: image, seconds });
  }

  #manifest(image: string): ImageManifest {
    const path = join(this.imageFolder(image), 'image.json');
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as ImageManifest;
    } catch (error) {
      throw new EnvironmentError(`There is no image ${image} at ${path}`, { cause: error });
    }
  }

  #folderOf(image: string): string {
    const { lock } = this.#manifest(image);
    const hash = createHash('sha256')
      .update(readFileSync(join(this.imageFolder(image), lock)))
      .update(`${this.#python} ${process.platform} ${process.arch}`)
      .digest('hex');
    return join(this.#cache, 'environments', `${image}-${hash.slice(0, 16)}`);
  }
}

/** uv reads neither pip's settings nor its configuration file; a local folder of wheels is passed on. */
function findLinks(): string[] {
  const links = process.env['PIP_FIND_LINKS'];
  return links ? ['--find-links', links] : [];
}

/** The user's own uv and proxy settings hold for builds. */
function buildEnvironment(): Record<string, string> {
  const settings = Object.entries(process.env).filter(([name]) =>
    /^(UV_|HTTPS?_PROXY|NO_PROXY|https?_proxy|no_proxy)/.test(name),
  );
  return processEnvironment(Object.fromEntries(settings) as Record<string, string>);
}
