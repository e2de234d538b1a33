import { type Json, validateDefinition } from '@slipway/states';
import { parse } from 'yaml';
import type { CheckContext, Properties, Remark } from '../../../dispatch/resource-provider.ts';
import { checkIntegration } from '../integrations/handlers.ts';
import { type DefinitionLocation, substituted } from './definition.ts';

const INTEGRATION =
  /^arn:[a-z-]+:states:[a-z0-9-]*:\d*:((?:aws-sdk:)?[a-zA-Z0-9-]+):([a-zA-Z0-9]+)(?:\..+)?$/;

/** A state machine's definition as far as it is known before the deployment, and its tasks. */
export function checkDefinition(properties: Properties, context: CheckContext): Remark[] {
  const found = textOf(properties, context);
  if (!found) return [];
  const { property, text, whole } = found;
  let definition: Json;
  try {
    // YAML's parser reads JSON as well.
    definition = parse(text) as Json;
  } catch (error) {
    return [
      { property, kind: 'refused', message: `the definition cannot be read: ${(error as Error).message}` },
    ];
  }
  const diagnostics = whole ? validateDefinition(JSON.stringify(definition)) : [];
  const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
  return [
    ...errors.map(({ message }): Remark => ({ property, kind: 'refused', message })),
    ...tasksOf(definition).flatMap((task) => faultOf(property, task)),
  ];
}

interface Found {
  readonly property: string;
  readonly text: string;
  /** Whether every part of it is known. */
  readonly whole: boolean;
}

function textOf(properties: Properties, { known, partlyKnown, asset }: CheckContext): Found | undefined {
  const read = (property: string, value: unknown): Found | undefined => {
    const partly = partlyKnown(value);
    if (partly === undefined) return undefined;
    const text = substituted(partly, properties);
    return { property, text, whole: known(text) !== undefined };
  };
  for (const property of ['DefinitionString', 'Definition']) {
    const value = properties[property];
    if (value === undefined) continue;
    return read(property, typeof value === 'string' ? value : JSON.stringify(value));
  }
  const { Bucket, Key } = (properties['DefinitionS3Location'] ?? {}) as Partial<DefinitionLocation>;
  const bucket = known(Bucket);
  const key = known(Key);
  if (bucket === undefined || key === undefined) return undefined;
  return read('DefinitionS3Location', asset(bucket, key));
}

interface Task {
  readonly state: string;
  readonly resource: string;
}

/** The tasks of a graph, those of branches and of items included. */
function tasksOf(graph: Json | undefined): Task[] {
  const states = Object.entries(members(members(graph)['States']));
  return states.flatMap(([state, definition]) => {
    const { Type, Resource, Branches, Iterator, ItemProcessor } = members(definition);
    const inner = [...(Array.isArray(Branches) ? Branches : []), Iterator, ItemProcessor].flatMap(tasksOf);
    return Type === 'Task' && typeof Resource === 'string'
      ? [{ state, resource: Resource }, ...inner]
      : inner;
  });
}

function members(value: Json | undefined): Readonly<Record<string, Json | undefined>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function faultOf(property: string, { state, resource }: Task): Remark[] {
  const [, service, action] = INTEGRATION.exec(resource) ?? [];
  // Activities have the same form.
  if (service === undefined || action === undefined || service === 'activity') return [];
  try {
    checkIntegration(service, action);
    return [];
  } catch (error) {
    return [{ property, kind: 'unusable', message: `state ${state}: ${(error as Error).message}` }];
  }
}
