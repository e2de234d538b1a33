import type { Scope } from '../../../store/collection.ts';
import { datasetStatus, isBeingImported } from '../datasets/datasets.ts';
import { DOMAINS, TIMESTAMP } from '../datasets/domains.ts';
import { requireImports } from '../datasets/effective-imports.ts';
import { inUse, invalidInput, notFound } from '../errors.ts';
import { isBeingDeleted, requireActive } from '../lifecycle.ts';
import type { Dataset, DatasetGroup } from '../resource.ts';
import type { Resources } from '../resources-table.ts';
import type { Fillable } from './filling.ts';

/** A dataset group that is ready to be used, with its datasets by their type. */
export interface GroupMembers {
  readonly group: DatasetGroup;
  readonly target: Dataset;
  readonly related: Dataset | undefined;
  /** ARNs of the imports that make up its data, those of a dataset oldest first. */
  readonly imports: readonly string[];
}

/**
 * Finds a group's datasets and their data.
 *
 * @throws ResourceNotFoundException for a missing group or dataset; ResourceInUseException when one is
 *   not ready or has no data; InvalidInputException when there are no target time series
 */
export function groupMembers(resources: Resources, scope: Scope, groupArn: string): GroupMembers {
  const group = resources.get(scope, 'dataset-group', groupArn);
  requireActive(group);
  const datasets = group.datasets.map((arn) => {
    const dataset = resources.find(scope, arn);
    if (dataset?.kind !== 'dataset') throw notFound(arn);
    requireUsable(resources, scope, dataset);
    return dataset;
  });
  const target = datasets.find(({ type }) => type === 'TARGET_TIME_SERIES');
  if (!target) {
    throw invalidInput(`The dataset group ${groupArn} has no dataset of type TARGET_TIME_SERIES`);
  }
  return {
    group,
    target,
    related: datasets.find(({ type }) => type === 'RELATED_TIME_SERIES'),
    imports: datasets.flatMap((dataset) => requireImports(resources, scope, dataset).map(({ arn }) => arn)),
  };
}

function requireUsable(resources: Resources, scope: Scope, dataset: Dataset): void {
  const status = datasetStatus(resources, scope, dataset);
  if (!isBeingImported(status) && !isBeingDeleted(dataset)) return;
  throw inUse(`The dataset ${dataset.arn} has the status ${status}; it has to be ACTIVE.`);
}

/** What tells the series of an item apart: the text attributes besides the item's. */
export function dimensionsOf({ domain, attributes }: Dataset): string[] {
  const { identifier } = DOMAINS[domain];
  return attributes
    .filter(({ AttributeName, AttributeType }) => isText(AttributeType) && AttributeName !== identifier)
    .map(({ AttributeName }) => AttributeName);
}

/** The attributes that a predictor of a group can fill. */
export function fillableOf({ target, related }: GroupMembers): Fillable {
  const features = (related?.attributes ?? [])
    .filter(({ AttributeName, AttributeType }) => !isText(AttributeType) && AttributeName !== TIMESTAMP)
    .map(({ AttributeName }) => AttributeName);
  return { target: DOMAINS[target.domain].target, features };
}

function isText(type: string): boolean {
  return type === 'string' || type === 'geolocation';
}
