import type { Statistics } from '@aws-sdk/client-forecast';
import type { Scope } from '../../../store/collection.ts';
import { effectiveImports } from '../datasets/effective-imports.ts';
import type { Parts } from '../lifecycle.ts';
import type { Dataset } from '../resource.ts';
import { readOutput, type StepReport } from './image-output.ts';
import { borrowFiles } from './inputs.ts';
import { keepFiles } from './job-files.ts';
import { stageInput } from './s3-input.ts';
import type { Step } from './step.ts';

interface ImportStatistics {
  readonly FieldStatistics: Readonly<Record<string, Statistics>>;
  /** GiB. */
  readonly DataSize: number;
}

/** Importing: the user's files from S3 become one file of typed columns. */
export function importStep(parts: Parts): Step<'dataset-import-job'> {
  const { host, resources } = parts;
  return {
    kind: 'dataset-import-job',

    async prepare(job, { scope, staged }) {
      const dataset = resources.get(scope, 'dataset', job.parent);
      const files = await stageInput(host, scope, job.source, { format: job.format, folder: staged });
      return {
        source: job.source.Path,
        files,
        format: job.format,
        domain: dataset.domain,
        datasetType: dataset.type,
        dataFrequency: dataset.frequency ?? null,
        timestampFormat: job.timestampFormat ?? null,
        geolocationFormat: job.geolocationFormat ?? null,
        schema: { Attributes: dataset.attributes },
        targetFiles: await targetFiles(parts, scope, dataset, staged),
      };
    },

    async collect(job, { id, output }) {
      const files = await keepFiles(host, job.kind, id, output);
      const folder = `${host.folder('forecast')}/${files}`;
      const { FieldStatistics, DataSize } = readOutput<ImportStatistics>(folder, 'statistics.json');
      const { notes } = readOutput<StepReport>(folder, 'report.json');
      return { files, statistics: FieldStatistics, dataSize: DataSize, notes };
    },
  };
}

/**
 * Data of the target series that item metadata belongs to: with it the first line of a file without
 * numbers and times can be told from a header. Which series that is, a group says that has both.
 */
async function targetFiles(parts: Parts, scope: Scope, dataset: Dataset, folder: string): Promise<string[]> {
  if (dataset.type !== 'ITEM_METADATA') return [];
  const { resources } = parts;
  const target = resources
    .all(scope, 'dataset-group')
    .filter(({ datasets }) => datasets.includes(dataset.arn))
    .flatMap(({ datasets }) => datasets)
    .map((arn) => resources.find(scope, arn))
    .find((member) => member?.kind === 'dataset' && member.type === 'TARGET_TIME_SERIES');
  if (!target) return [];
  return await borrowFiles(parts.host, effectiveImports(resources, scope, target.arn), folder, 'target');
}
