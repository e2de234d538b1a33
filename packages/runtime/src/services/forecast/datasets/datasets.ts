import type { Forecast } from '@aws-sdk/client-forecast';
import type { Operations } from '../../../dispatch/service.ts';
import type { Scope } from '../../../store/collection.ts';
import { arns, checkRoleArn } from '../arns.ts';
import { beginDeletion } from '../deletion.ts';
import { invalidInput } from '../errors.ts';
import { parseFrequency } from '../frequency.ts';
import { isBeingDeleted, type Parts } from '../lifecycle.ts';
import { listPage } from '../lists.ts';
import { checkCount } from '../quotas.ts';
import type { Dataset } from '../resource.ts';
import type { Resources } from '../resources-table.ts';
import { tagsOf } from '../tags.ts';
import { checkSchema } from './schema-rules.ts';

/** CreateDataset, DescribeDataset, ListDatasets, DeleteDataset. */
export function datasetOperations(parts: Parts) {
  const { resources } = parts;
  return {
    CreateDataset(input, context) {
      const { DatasetName: name, Domain: domain, DatasetType: type, DataFrequency: frequency } = input;
      if (frequency !== undefined) parseFrequency(frequency, 'DataFrequency');
      if (frequency === undefined && type === 'RELATED_TIME_SERIES') {
        throw invalidInput('DataFrequency is required for a RELATED_TIME_SERIES dataset');
      }
      if (input.EncryptionConfig) checkRoleArn(input.EncryptionConfig.RoleArn);
      const dataset: Dataset = {
        kind: 'dataset',
        name,
        arn: arns.dataset(context, name),
        status: 'ACTIVE',
        created: context.now,
        modified: context.now,
        tags: tagsOf(input.Tags),
        domain,
        type,
        frequency,
        attributes: checkSchema(domain, type, input.Schema.Attributes),
        encryption: input.EncryptionConfig,
      };
      return context.transaction(() => {
        resources.requireFree(context, 'dataset', dataset.arn);
        checkCount(parts, context, 'dataset');
        resources.insert(context, dataset);
        return { DatasetArn: dataset.arn };
      });
    },

    DescribeDataset({ DatasetArn }, context) {
      const dataset = resources.get(context, 'dataset', DatasetArn);
      return {
        DatasetArn,
        DatasetName: dataset.name,
        Domain: dataset.domain,
        DatasetType: dataset.type,
        DataFrequency: dataset.frequency,
        Schema: { Attributes: [...dataset.attributes] },
        // An empty object where there is none, as the service answers; the SDK's type has no word for it.
        EncryptionConfig: dataset.encryption ?? ({} as NonNullable<Dataset['encryption']>),
        Status: datasetStatus(resources, context, dataset),
        ...datasetTimes(resources, context, dataset),
      };
    },

    ListDatasets(input, context) {
      const { page, NextToken } = listPage(resources, context, 'dataset', input);
      const Datasets = page.map((dataset) => ({
        DatasetArn: dataset.arn,
        DatasetName: dataset.name,
        DatasetType: dataset.type,
        Domain: dataset.domain,
        ...datasetTimes(resources, context, dataset),
      }));
      return { Datasets, NextToken };
    },

    DeleteDataset({ DatasetArn }, context) {
      return beginDeletion(parts, context, 'dataset', DatasetArn);
    },
  } satisfies Operations<Forecast>;
}

const FOLLOWED: Readonly<Record<string, string>> = {
  CREATE_PENDING: 'UPDATE_PENDING',
  CREATE_IN_PROGRESS: 'UPDATE_IN_PROGRESS',
  CREATE_STOPPING: 'UPDATE_IN_PROGRESS',
  CREATE_FAILED: 'UPDATE_FAILED',
};

/** A dataset's status, which follows that of its newest import. */
export function datasetStatus(resources: Resources, scope: Scope, dataset: Dataset): string {
  if (isBeingDeleted(dataset) || dataset.status === 'DELETE_FAILED') return dataset.status;
  const newest = resources.imports(scope, dataset.arn).at(-1);
  return (newest && FOLLOWED[newest.status]) ?? dataset.status;
}

/** Whether data is being imported right now, when nothing else may be done with a dataset. */
export function isBeingImported(status: string): boolean {
  return status === 'UPDATE_PENDING' || status === 'UPDATE_IN_PROGRESS';
}

function datasetTimes(resources: Resources, scope: Scope & { now: Date }, dataset: Dataset) {
  const importing = isBeingImported(datasetStatus(resources, scope, dataset));
  return { CreationTime: dataset.created, LastModificationTime: importing ? scope.now : dataset.modified };
}
