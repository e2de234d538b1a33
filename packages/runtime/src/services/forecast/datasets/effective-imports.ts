import type { Scope } from '../../../store/collection.ts';
import { inUse } from '../errors.ts';
import type { Dataset, ImportJob } from '../resource.ts';
import type { Resources } from '../resources-table.ts';

/**
 * The imports that make up a dataset's data, oldest first: the latest full one that is ACTIVE and the
 * increments after it. Deleting an import makes those before it count again.
 */
export function effectiveImports(resources: Resources, scope: Scope, dataset: string): ImportJob[] {
  const active = resources.imports(scope, dataset).filter(({ status }) => status === 'ACTIVE');
  const full = active.findLastIndex(({ mode }) => mode === 'FULL');
  return active.slice(Math.max(full, 0));
}

/** @throws ResourceInUseException when a dataset has no data yet */
export function requireImports(resources: Resources, scope: Scope, dataset: Dataset): ImportJob[] {
  const imports = effectiveImports(resources, scope, dataset.arn);
  if (imports.length > 0) return imports;
  throw inUse(
    `The dataset ${dataset.arn} has no dataset import job with the status ACTIVE. Import data into it first.`,
  );
}
