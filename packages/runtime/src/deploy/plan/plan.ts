import { isDeepStrictEqual } from 'node:util';
import type { Blueprint } from '../blueprint.ts';
import { compareResource, isChange, type ResourceChange } from '../engine/resource-change.ts';
import { createEvaluation, type Wanted, wantedResource } from '../engine/wanted.ts';
import type { FindProvider } from '../providers.ts';
import type { Exports } from '../state/exports.ts';
import type { Stack, StackResource, StackTag } from '../state/stack.ts';
import type { Evaluation } from '../template/evaluation.ts';
import { invalid } from '../template/invalid.ts';
import { type Forecast, plannedSurroundings } from './planned-surroundings.ts';

export interface PlanParts {
  readonly stack: Stack;
  readonly rows: readonly StackResource[];
  readonly blueprint: Blueprint;
  readonly tags: readonly StackTag[];
  readonly findProvider: FindProvider;
  readonly exports: Exports;
}

/** What a deployment would do to one resource. */
export type PlannedStep =
  | { readonly action: 'Add'; readonly logicalId: string; readonly wanted: Wanted }
  | {
      readonly action: 'Modify';
      readonly logicalId: string;
      readonly wanted: Wanted;
      readonly row: StackResource;
      readonly change: ResourceChange;
    }
  | { readonly action: 'Remove'; readonly logicalId: string; readonly row: StackResource };

export interface Plan {
  readonly steps: readonly PlannedStep[];
  /** Whether anything would be different afterwards, outputs and tags included. */
  readonly hasChanges: boolean;
}

/**
 * Finds out what deploying a blueprint would do, without doing anything.
 *
 * @throws ValidationError when a value cannot be evaluated, or a resource would become one of another type
 */
export function makePlan(parts: PlanParts): Plan {
  const { stack, rows, blueprint, tags, findProvider, exports } = parts;
  checkTypes(rows, blueprint);
  const forecasts = new Map<string, Forecast>();
  const evaluation = createEvaluation(blueprint, plannedSurroundings(forecasts, exports, stack));
  const byId = new Map(rows.filter(({ current }) => current).map((row) => [row.logicalId, row]));
  const steps: PlannedStep[] = [];
  for (const logicalId of inOrder(blueprint)) {
    const provider = findProvider(blueprint.resources[logicalId]!.Type, blueprint.template);
    const wanted = wantedResource(blueprint, evaluation, logicalId, provider, tags);
    const row = byId.get(logicalId);
    if (!row) {
      steps.push({ action: 'Add', logicalId, wanted });
      continue;
    }
    const change = compareResource(row, wanted, provider);
    const replaced = change.replacement !== 'never';
    forecasts.set(logicalId, { row, replaced, changed: change.properties });
    if (isChange(change) || change.metadata || row.onRemoval !== wanted.onRemoval) {
      steps.push({ action: 'Modify', logicalId, wanted, row, change });
    }
  }
  for (const row of byId.values()) {
    if (!Object.hasOwn(blueprint.resources, row.logicalId)) {
      steps.push({ action: 'Remove', logicalId: row.logicalId, row });
    }
  }
  steps.sort((a, b) => (a.logicalId < b.logicalId ? -1 : 1));
  return { steps, hasChanges: steps.length > 0 || otherwiseDifferent(parts, evaluation) };
}

/** Resources in an order in which each comes after those it depends on. */
function inOrder({ graph }: Blueprint): string[] {
  const order = new Set<string>();
  const visit = (node: string): void => {
    if (order.has(node)) return;
    for (const need of graph.get(node) ?? []) visit(need);
    order.add(node);
  };
  for (const node of graph.keys()) visit(node);
  return [...order];
}

function checkTypes(rows: readonly StackResource[], { resources }: Blueprint): void {
  const changed = rows.filter(({ logicalId, type, current }) => {
    const definition = Object.hasOwn(resources, logicalId) ? resources[logicalId] : undefined;
    return current && definition && definition.Type !== type;
  });
  if (changed.length > 0) {
    throw invalid(
      'Update of resource type is not permitted. The new template modifies resource type of the following resources: ' +
        `[${changed.map(({ logicalId }) => logicalId).join(', ')}]`,
    );
  }
}

function otherwiseDifferent({ stack, blueprint, tags }: PlanParts, evaluation: Evaluation): boolean {
  if (!isDeepStrictEqual(sorted(tags), sorted(stack.stable?.tags ?? []))) return true;
  const before = stack.outputs.map(({ key, value, exportName, description }) => [
    key,
    value,
    exportName,
    description,
  ]);
  const after = Object.entries(blueprint.template.outputs)
    .filter(([, { Condition }]) => blueprint.holds(Condition))
    .map(([key, { Value, Export, Description }]) => {
      const value = evaluation.value(Value);
      const text = Array.isArray(value) ? value.join(',') : value;
      return [
        key,
        typeof text === 'symbol' ? text : String(text),
        Export && evaluation.value(Export.Name),
        Description,
      ];
    });
  return !isDeepStrictEqual(before, after);
}

function sorted(tags: readonly StackTag[]): StackTag[] {
  return tags.map(({ Key, Value }) => ({ Key, Value })).sort((a, b) => (a.Key < b.Key ? -1 : 1));
}
