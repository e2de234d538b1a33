import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Host } from '../../../dispatch/host.ts';
import type { Job } from '../resource.ts';

/** Kinds of resources that a process makes → the step of the image that makes them. */
export const STEPS: Readonly<Record<Job['kind'], string>> = {
  'dataset-import-job': 'import',
  predictor: 'train',
  'predictor-backtest-export-job': 'backtest-export',
  forecast: 'forecast',
  'forecast-export-job': 'export',
};

/** The kind of job (`compute/jobs.ts`) that makes a resource of a kind. */
export function jobKind(kind: Job['kind']): string {
  return `forecast-${STEPS[kind]}`;
}

/** Absolute path of a file that a finished job left. */
export function fileOf(host: Host, { arn, files }: Job, name: string): string {
  if (files === undefined) throw new Error(`${arn} has no files`);
  return join(host.folder('forecast'), files, name);
}

/**
 * Takes a job's output folder over as the files of its resource, whole and on disk before this returns.
 * Repeating it after a crash does nothing more.
 *
 * @returns the folder, relative to the service's
 */
export async function keepFiles(host: Host, kind: Job['kind'], job: string, output: string): Promise<string> {
  const files = join(`${kind}s`, job);
  const target = join(host.folder('forecast'), files);
  if (existsSync(target)) return files;
  await mkdir(dirname(target), { recursive: true });
  await syncTree(output);
  await rename(output, target);
  await sync(dirname(target));
  return files;
}

/** Removes all that lies on disk of a resource: its files and the folders of its jobs. */
export async function removeFiles(host: Host, resource: Job): Promise<void> {
  const kind = jobKind(resource.kind);
  for (const job of resource.jobs) {
    for (let attempt = 0; ; attempt++) {
      const folder = host.jobs.folderOf(kind, job, attempt);
      if (!existsSync(folder)) break;
      await rm(folder, { recursive: true, force: true });
    }
  }
  if (resource.files)
    await rm(join(host.folder('forecast'), resource.files), { recursive: true, force: true });
}

async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else await sync(path);
  }
  await sync(folder);
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
