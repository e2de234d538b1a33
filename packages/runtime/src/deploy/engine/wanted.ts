import type { ResourceProvider } from '../../dispatch/resource-provider.ts';
import type { Blueprint } from '../blueprint.ts';
import type { Ending, StackTag } from '../state/stack.ts';
import { Evaluation, type Surroundings } from '../template/evaluation.ts';
import { invalid } from '../template/invalid.ts';
import { isObject, type JsonObject, type ResourceDefinition } from '../template/template.ts';

/** A resource as its template wants it. */
export interface Wanted {
  readonly type: string;
  readonly properties: JsonObject;
  readonly dependsOn: readonly string[];
  readonly metadata: JsonObject;
  readonly onRemoval: Ending;
  /** What becomes of the present embodiment when another takes its place. */
  readonly keepReplaced: boolean;
}

/** Evaluates the values of a blueprint in given surroundings. */
export function createEvaluation(
  { template, values, place }: Blueprint,
  surroundings: Surroundings,
): Evaluation {
  return new Evaluation({ template, parameters: values, place, surroundings });
}

/**
 * What the template wants of one resource, with the stack's tags among the resource's own where its type
 * has tags, as CloudFormation does. The tags `aws:cloudformation:…` that AWS adds are reserved and left out.
 *
 * @throws ValidationError when a value cannot be evaluated
 */
export function wantedResource(
  blueprint: Blueprint,
  evaluation: Evaluation,
  logicalId: string,
  provider: ResourceProvider | undefined,
  tags: readonly StackTag[],
): Wanted {
  const definition = blueprint.resources[logicalId]!;
  const properties = evaluation.properties(definition.Properties);
  return {
    type: definition.Type,
    properties: hasTags(provider) ? withTags(properties, tags) : properties,
    dependsOn: [...(blueprint.graph.get(logicalId) ?? [])].sort(),
    metadata: isObject(definition.Metadata) ? definition.Metadata : {},
    onRemoval: endingOf(logicalId, definition, evaluation),
    keepReplaced: policyOf(logicalId, 'UpdateReplacePolicy', definition, evaluation) === 'Retain',
  };
}

/** Metadata that says something to this machine; the CDK's own notes (`aws:cdk:path` …) do not. */
export function localHints(metadata: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !name.startsWith('aws:')));
}

function hasTags(provider: ResourceProvider | undefined): boolean {
  if (!provider || provider.properties === 'any') return false;
  return provider.properties.includes('Tags') || (provider.inert ?? []).includes('Tags');
}

function withTags(properties: JsonObject, tags: readonly StackTag[]): JsonObject {
  if (tags.length === 0) return properties;
  const own = properties['Tags'];
  if (isObject(own)) {
    const inherited = Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
    return { ...properties, Tags: { ...inherited, ...own } };
  }
  const list = Array.isArray(own) ? (own as StackTag[]) : [];
  const keys = new Set(list.map(({ Key }) => Key));
  return { ...properties, Tags: [...list, ...tags.filter(({ Key }) => !keys.has(Key))] };
}

function endingOf(logicalId: string, definition: ResourceDefinition, evaluation: Evaluation): Ending {
  switch (policyOf(logicalId, 'DeletionPolicy', definition, evaluation)) {
    case 'Retain':
      return 'retain';
    case 'RetainExceptOnCreate':
      return 'retain-unless-new';
    default:
      return 'delete';
  }
}

function policyOf(
  logicalId: string,
  attribute: 'DeletionPolicy' | 'UpdateReplacePolicy',
  definition: ResourceDefinition,
  evaluation: Evaluation,
): string {
  const policy = definition[attribute];
  // A function here needs the transform AWS::LanguageExtensions; it is evaluated either way.
  const value = policy === undefined ? 'Delete' : evaluation.value(policy);
  if (value === 'Delete' || value === 'Retain') return value;
  if (value === 'RetainExceptOnCreate' && attribute === 'DeletionPolicy') return value;
  if (value === 'Snapshot') {
    throw invalid(
      `Template error: resource type ${definition.Type} does not support deletion policy Snapshot`,
    );
  }
  throw invalid(`Template error: Unrecognized ${attribute} ${String(value)} for resource ${logicalId}`);
}
