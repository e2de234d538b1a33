import { constants, copyFile, link } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../../../dispatch/host.ts';
import type { Scope } from '../../../store/collection.ts';
import type { Parts } from '../lifecycle.ts';
import type { ImportJob } from '../resource.ts';
import { fileOf } from './job-files.ts';
import { UserFault } from './user-fault.ts';

/** A data set as `job.json` names it (images/forecast/README.md). */
interface DataSet {
  readonly files: readonly string[];
  readonly schema: { readonly Attributes: readonly unknown[] };
  readonly dataFrequency: string | null;
}

/** The data sets of a dataset group, as the image takes them. */
export interface GroupData {
  readonly domain: string;
  readonly target: DataSet;
  readonly related: DataSet | null;
  readonly metadata: DataSet | null;
}

/**
 * Puts the imported data of a group into a job's folder.
 *
 * @param imports - ARNs of the imports to use, oldest first
 * @throws UserFault when one of them was deleted since
 */
export async function groupData(
  { host, resources }: Parts,
  scope: Scope,
  imports: readonly string[],
  folder: string,
): Promise<GroupData> {
  const found = imports.map((arn) => {
    const job = resources.find(scope, arn);
    if (job?.kind === 'dataset-import-job' && job.status === 'ACTIVE') return job;
    throw deletedSince(arn);
  });
  const byDataset = Map.groupBy(found, ({ parent }) => parent);
  const data: Record<string, DataSet> = {};
  let domain = '';
  for (const [arn, jobs] of byDataset) {
    const dataset = resources.get(scope, 'dataset', arn);
    domain = dataset.domain;
    data[dataset.type] = {
      files: await borrowFiles(host, jobs, folder, dataset.type.toLowerCase()),
      schema: { Attributes: dataset.attributes },
      dataFrequency: dataset.frequency ?? null,
    };
  }
  const { TARGET_TIME_SERIES: target, RELATED_TIME_SERIES: related, ITEM_METADATA: metadata } = data;
  if (!target) throw new UserFault('There is no target time series to forecast.');
  return { domain, target, related: related ?? null, metadata: metadata ?? null };
}

/**
 * Gives a job links to imported data, so that deleting the import does not take it away from under it.
 *
 * @returns absolute paths
 */
export async function borrowFiles(
  host: Host,
  imports: readonly ImportJob[],
  folder: string,
  name: string,
): Promise<string[]> {
  const paths: string[] = [];
  for (const [index, job] of imports.entries()) {
    const path = join(folder, `${name}-${index}.parquet`);
    const source = fileOf(host, job, 'data.parquet');
    await link(source, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw deletedSince(job.arn);
      // A file system without links gets a copy.
      return copyFile(source, path, constants.COPYFILE_FICLONE);
    });
    paths.push(path);
  }
  return paths;
}

function deletedSince(arn: string): UserFault {
  return new UserFault(`The dataset import job ${arn} was deleted before its data could be read.`);
}
