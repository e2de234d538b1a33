import { isDeepStrictEqual } from 'node:util';
import type { ResourceProvider } from '../../dispatch/resource-provider.ts';
import type { StackResource } from '../state/stack.ts';
import { hasUnknown } from '../template/unknown.ts';
import { localHints, type Wanted } from './wanted.ts';

export type Replacement = 'never' | 'perhaps' | 'always';

/** How a resource differs from what its template wants. */
export interface ResourceChange {
  /** Names of properties that differ, or may: those whose value is not known yet. */
  readonly properties: readonly string[];
  /** Whether what this machine is told in the metadata differs. */
  readonly hints: boolean;
  /** Whether any metadata differ, the CDK's notes included. */
  readonly metadata: boolean;
  /** Whether another embodiment takes the place of the present one. */
  readonly replacement: Replacement;
}

/** Compares what there is with what is wanted. */
export function compareResource(
  { current, attempted, metadata, status }: StackResource,
  wanted: Wanted,
  provider: ResourceProvider | undefined,
): ResourceChange {
  // After an update that failed half-way, nobody knows which of its properties the resource has.
  const known = attempted === undefined ? current?.properties : undefined;
  const names = new Set([...Object.keys(wanted.properties), ...Object.keys(current?.properties ?? {})]);
  const properties = [...names].filter(
    (name) =>
      known === undefined ||
      hasUnknown(wanted.properties[name]) ||
      !isDeepStrictEqual(known[name], wanted.properties[name]),
  );
  return {
    properties,
    hints: !isDeepStrictEqual(localHints(metadata), localHints(wanted.metadata)),
    metadata: !isDeepStrictEqual(metadata, wanted.metadata),
    replacement:
      status === 'CREATE_FAILED'
        ? 'always'
        : replacementFor(properties, current?.properties ?? {}, wanted, provider),
  };
}

/** Whether anything has to be done. */
export function isChange({ properties, hints }: ResourceChange): boolean {
  return properties.length > 0 || hints;
}

function replacementFor(
  changed: readonly string[],
  present: Readonly<Record<string, unknown>>,
  { properties }: Wanted,
  provider: ResourceProvider | undefined,
): Replacement {
  const decisive = changed.filter(
    (name) => provider?.replaceOn?.includes(name) && !isDeepStrictEqual(present[name], properties[name]),
  );
  if (decisive.length === 0) return 'never';
  return decisive.some((name) => !hasUnknown(properties[name])) ? 'always' : 'perhaps';
}
