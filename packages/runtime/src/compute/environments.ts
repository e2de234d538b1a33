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
  /** The same with what the image's tests need besides. */
  readonly testLock?: string;
  /** Folders with the image's own modules, relative to the image. */
  readonly source: readonly string[];
  /**
   * Arguments of a Python run after the build that prepares caches, such as compiled kernels; left out
   * where other modules may have replaced what it needs.
   */
  readonly warm?: readonly string[];
  /** Further environments of the same source, by what they are for; made only when they are asked for. */
  readonly variants?: Readonly<Record<string, Variant>>;
}

/** What an environment needs that not every user of the image does. */
interface Variant {
  readonly lock: string;
  readonly warm?: readonly string[];
  /** What to tell who cannot install it. */
  readonly hint?: string;
}

/** What an environment is made for: running the image, its tests, or one of the image's variants. */
export type Purpose = 'run' | 'test' | (string & {});

interface Plan {
  readonly name: string;
  readonly lock: string;
  readonly modules: readonly string[];
  readonly warm: readonly string[] | undefined;
  readonly hint: string | undefined;
  readonly folder: string;
  readonly environment: PythonEnvironment;
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
  isReady(image: string, purpose: Purpose = 'run'): boolean {
    return isMade(this.#plan(image, purpose));
  }

  /**
   * Gives an image's environment, made now if need be; progress is told to the listeners.
   *
   * @param modules - requirements in pip's notation to install on top of the image's own packages, which
   *   they may replace: an environment of its own for each such list, made once
   * @throws EnvironmentError saying what is missing or what the build printed
   */
  ensure(
    image: string,
    purpose: Purpose = 'run',
    modules: readonly string[] = [],
  ): Promise<PythonEnvironment> {
    const key = JSON.stringify([image, purpose, ...modules]);
    const known = this.#ready.get(key);
    if (known) return known;
    const made = this.#make(image, purpose, modules);
    this.#ready.set(key, made);
    // A failed build is tried again by the next who asks.
    made.catch(() => this.#ready.delete(key));
    return made;
  }

  async #make(image: string, purpose: Purpose, modules: readonly string[]): Promise<PythonEnvironment> {
    const plan = this.#plan(image, purpose, modules);
    if (!isMade(plan)) {
      mkdirSync(join(this.#cache, 'environments'), { recursive: true });
      await withFileLock(`${plan.folder}.lock`, async () => {
        if (isMade(plan)) return;
        try {
          await this.#build(plan);
        } catch (error) {
          rmSync(plan.folder, { recursive: true, force: true });
          throw error;
        }
      });
    }
    return plan.environment;
  }

  async #build({ name, lock, modules, warm, hint, folder, environment }: Plan): Promise<void> {
    const started = performance.now();
    this.#progress.emit({ type: 'environment.started', name });
    const line = (text: string) => this.#progress.emit({ type: 'environment.line', name, line: text });
    rmSync(folder, { recursive: true, force: true });
    const python = await findPython(this.#python);
    const uv = await findUv(this.#cache, python, join(this.#tools, 'uv.lock'), line);
    const run = (args: readonly string[]) => runToEnd(uv, args, { environment: buildEnvironment(), line });
    await run(['venv', '--quiet', '--python', python, folder]);
    await run([
      'pip',
      'sync',
      '--python',
      environment.python,
      '--require-hashes',
      ...findLinks(),
      lock,
    ]).catch((error: Error) => {
      throw hint === undefined ? error : new EnvironmentError(`${error.message}\n${hint}`, { cause: error });
    });
    if (modules.length > 0) {
      await run([
        'pip',
        'install',
        '--quiet',
        '--python',
        environment.python,
        ...findLinks(),
        '--',
        ...modules,
      ]);
    } else if (warm) {
      await runToEnd(environment.python, warm, {
        environment: processEnvironment(environment.variables),
        line,
      });
    }
    writeFileSync(join(folder, MADE), `${name}\n`);
    const seconds = (performance.now() - started) / 1000;
    this.#progress.emit({ type: 'environment.ready', name, seconds });
  }

  #plan(image: string, purpose: Purpose, modules: readonly string[] = []): Plan {
    const imageFolder = this.imageFolder(image);
    const manifest = readManifest(imageFolder);
    const variant = variantOf(manifest, image, purpose);
    const lock = join(imageFolder, variant.lock);
    const hash = createHash('sha256')
      .update(readFileSync(lock))
      .update(`${this.#python} ${process.platform} ${process.arch}`)
      .update(modules.length > 0 ? JSON.stringify(modules) : '')
      .digest('hex');
    const folder = join(this.#cache, 'environments', `${image}-${hash.slice(0, 16)}`);
    const name = purpose === 'run' ? image : `${image} (${purpose === 'test' ? 'tests' : purpose})`;
    return {
      name: modules.length > 0 ? `${name} with ${modules.join(', ')}` : name,
      lock,
      modules,
      warm: variant.warm,
      hint: variant.hint,
      folder,
      environment: {
        python: join(folder, 'bin', 'python'),
        variables: {
          PYTHONPATH: manifest.source.map((source) => join(imageFolder, source)).join(':'),
          NUMBA_CACHE_DIR: join(folder, 'numba'),
        },
      },
    };
  }
}

// Written last, so that an interrupted build is not taken for an environment.
const MADE = 'made';

function isMade({ folder }: Plan): boolean {
  return existsSync(join(folder, MADE));
}

function readManifest(imageFolder: string): ImageManifest {
  const path = join(imageFolder, 'image.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ImageManifest;
  } catch (error) {
    throw new EnvironmentError(`There is no image at ${path}`, { cause: error });
  }
}

function variantOf(manifest: ImageManifest, image: string, purpose: Purpose): Variant {
  const { lock, testLock = lock, warm, variants } = manifest;
  if (purpose === 'run') return { lock, ...(warm && { warm }) };
  const found = variants?.[purpose];
  if (purpose === 'test') return { lock: testLock, ...(warm && { warm }), ...found };
  if (!found) throw new EnvironmentError(`The image ${image} has no environment ${purpose}`);
  return found;
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
