import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { JobFault } from '../errors.ts';

/**
 * A process's own `/opt/ml`: the folder that its variable SAGEMAKER_BASE_DIR names, laid out as in a
 * container (https://docs.aws.amazon.com/sagemaker/latest/dg/amazon-sagemaker-toolkits.html).
 */
export class MlFolder {
  readonly root: string;

  constructor(jobFolder: string) {
    this.root = join(jobFolder, 'ml');
  }

  /** An empty one, also where a crash left something. */
  make(): void {
    this.remove();
    for (const folder of [
      ...['input/config', 'input/data', 'model', 'checkpoints', 'code'],
      ...['output/data', 'output/intermediate', 'output/tensors', 'output/tensorboard'],
    ]) {
      mkdirSync(this.path(folder), { recursive: true });
    }
  }

  /**
   * @param path - below `/opt/ml`, with that prefix or without
   * @throws JobFault for one that leads out of it
   */
  path(path: string): string {
    const found = join(this.root, path.replace(/^\/opt\/ml(?=\/|$)/, ''));
    if (relative(this.root, found).split(sep)[0] !== '..') return found;
    throw new JobFault(`ClientError: The path ${path} is not below /opt/ml.`);
  }

  writeConfig(name: string, content: unknown): void {
    writeFileSync(this.path(`input/config/${name}.json`), `${JSON.stringify(content, null, 2)}\n`);
  }

  /** What a process wrote, undefined when it did not. */
  read(path: string): string | undefined {
    try {
      return readFileSync(this.path(path), 'utf8');
    } catch {
      return undefined;
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
