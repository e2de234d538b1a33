import type { Scope } from '../../store/collection.ts';
import { attributeOf } from '../engine/live-surroundings.ts';
import type { Exports } from '../state/exports.ts';
import type { StackResource } from '../state/stack.ts';
import type { Surroundings } from '../template/evaluation.ts';
import { invalid } from '../template/invalid.ts';
import { UNKNOWN } from '../template/unknown.ts';

/** What is known of a resource before a deployment, while its plan is made. */
export interface Forecast {
  readonly row: StackResource;
  /** It will be another one, or perhaps: its name and attributes are not known. */
  readonly replaced: boolean;
  /** Names of properties that will differ; attributes of the same name are not known. */
  readonly changed: readonly string[];
}

/**
 * Resources as they will be, as far as that is known: those that stay have their names and attributes,
 * those to be made have none yet.
 */
export function plannedSurroundings(
  forecasts: ReadonlyMap<string, Forecast>,
  exports: Exports,
  scope: Scope,
): Surroundings {
  const present = (logicalId: string) => {
    const forecast = forecasts.get(logicalId);
    return forecast && !forecast.replaced ? forecast : undefined;
  };
  return {
    reference: (logicalId) => present(logicalId)?.row.current?.physicalId ?? UNKNOWN,
    attribute(logicalId, name) {
      const forecast = present(logicalId);
      const current = forecast?.row.current;
      if (!current || forecast.changed.includes(name)) return UNKNOWN;
      return attributeOf(logicalId, current, name);
    },
    exported(name) {
      const found = exports.get(scope, name);
      if (!found) throw invalid(`No export named ${name} found.`);
      return found.value;
    },
  };
}
