import type { Domain, Forecast } from '@aws-sdk/client-forecast';
import type { CallContext } from '../../../dispatch/context.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { arns } from '../arns.ts';
import { beginDeletion } from '../deletion.ts';
import { invalidInput } from '../errors.ts';
import { announce, isBeingDeleted, type Parts, requireActive, times } from '../lifecycle.ts';
import { listPage } from '../lists.ts';
import { checkCount } from '../quotas.ts';
import type { DatasetGroup } from '../resource.ts';
import type { Resources } from '../resources-table.ts';
import { tagsOf } from '../tags.ts';

/** CreateDatasetGroup, DescribeDatasetGroup, UpdateDatasetGroup, ListDatasetGroups, DeleteDatasetGroup. */
export function datasetGroupOperations(parts: Parts) {
  const { host, resources } = parts;
  return {
    CreateDatasetGroup(input, context) {
      const { DatasetGroupName: name, Domain: domain, DatasetArns: datasets = [] } = input;
      const group: DatasetGroup = {
        kind: 'dataset-group',
        name,
        arn: arns.datasetGroup(context, name),
        status: 'ACTIVE',
        created: context.now,
        modified: context.now,
        tags: tagsOf(input.Tags),
        domain,
        datasets,
      };
      return context.transaction(() => {
        resources.requireFree(context, 'dataset-group', group.arn);
        checkMembers(resources, context, domain, datasets);
        checkCount(parts, context, 'dataset-group');
        resources.insert(context, group);
        return { DatasetGroupArn: group.arn };
      });
    },

    DescribeDatasetGroup({ DatasetGroupArn }, context) {
      const group = resources.get(context, 'dataset-group', DatasetGroupArn);
      return {
        DatasetGroupArn,
        DatasetGroupName: group.name,
        Domain: group.domain,
        DatasetArns: [...group.datasets],
        Status: group.status,
        ...times(group, context.now),
      };
    },

    UpdateDatasetGroup({ DatasetGroupArn, DatasetArns }, context) {
      return context.transaction(() => {
        const group = resources.get(context, 'dataset-group', DatasetGroupArn);
        requireActive(group);
        checkMembers(resources, context, group.domain, DatasetArns);
        resources.update(context, { ...group, datasets: DatasetArns, modified: context.now });
        announce(host, group.arn);
        return {};
      });
    },

    ListDatasetGroups(input, context) {
      const { page, NextToken } = listPage(resources, context, 'dataset-group', input);
      const DatasetGroups = page.map((group) => ({
        DatasetGroupArn: group.arn,
        DatasetGroupName: group.name,
        ...times(group, context.now),
      }));
      return { DatasetGroups, NextToken };
    },

    DeleteDatasetGroup({ DatasetGroupArn }, context) {
      return beginDeletion(parts, context, 'dataset-group', DatasetGroupArn);
    },
  } satisfies Operations<Forecast>;
}

/** @throws InvalidInputException: a dataset is missing, of another domain, or the second of its type */
function checkMembers(
  resources: Resources,
  context: CallContext,
  domain: Domain,
  members: readonly string[],
): void {
  const found = members.map((arn) => resources.find(context, arn));
  const missing = members.filter((_, index) => {
    const dataset = found[index];
    return dataset?.kind !== 'dataset' || isBeingDeleted(dataset);
  });
  // The sentence is the service's own.
  if (missing.length > 0) throw invalidInput(`Dataset arns: [${missing.join(', ')}] are not found`);
  const types = new Set<string>();
  for (const dataset of found) {
    if (dataset?.kind !== 'dataset') continue;
    if (dataset.domain !== domain) {
      throw invalidInput(
        `The dataset ${dataset.arn} is of the domain ${dataset.domain}; all datasets of this group have to be of ${domain}`,
      );
    }
    if (types.has(dataset.type)) {
      throw invalidInput(`A dataset group can have at most one dataset of type ${dataset.type}`);
    }
    types.add(dataset.type);
  }
}
