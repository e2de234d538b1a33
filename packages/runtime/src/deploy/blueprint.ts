import type { Graph } from './graph.ts';
import { checkAcyclic } from './graph.ts';
import { checkReferences, dependsOn } from './template/check-references.ts';
import { Evaluation, NO_SURROUNDINGS, type ParameterValues } from './template/evaluation.ts';
import { malformed } from './template/invalid.ts';
import { parameterValues, type StackParameter } from './template/parameters.ts';
import { type ParsedTemplate, parseTemplate } from './template/parse-template.ts';
import type { StackPlace } from './template/pseudo-parameters.ts';
import { walkReferences } from './template/references.ts';
import { own, type ResourceDefinition, type Template } from './template/template.ts';

/**
 * A template together with its parameters: all that is known before anything happens. Conditions have
 * their values, so it is also known which resources there will be and what each of them waits for.
 */
export interface Blueprint {
  readonly text: string;
  readonly parsed: ParsedTemplate;
  readonly template: Template;
  readonly parameters: readonly StackParameter[];
  readonly values: ParameterValues;
  readonly place: StackPlace;
  /** The resources whose condition holds, in the template's order. */
  readonly resources: Readonly<Record<string, ResourceDefinition>>;
  /** Logical id → the logical ids that have to be there first. */
  readonly graph: Graph;
  /** Whether a condition holds; for outputs. */
  readonly holds: (condition: string | undefined) => boolean;
}

/**
 * Puts a template and its parameters together.
 *
 * @throws ValidationError when the template names what is not there, or resources that wait for each other
 */
export function drawBlueprint(
  text: string,
  parameters: readonly StackParameter[],
  place: StackPlace,
): Blueprint {
  const given = Object.fromEntries(parameters.map(({ key, value, resolved = value }) => [key, resolved]));
  const parsed = parseTemplate(text, { parameters: given });
  const { template } = parsed;
  checkReferences(template);
  const values = parameterValues(template, parameters);
  const evaluation = new Evaluation({ template, parameters: values, place, surroundings: NO_SURROUNDINGS });
  const holds = (condition: string | undefined) => evaluation.condition(condition);
  const resources = Object.fromEntries(
    Object.entries(template.resources).filter(([, { Condition }]) => holds(Condition)),
  );
  const graph = graphOf(template, resources, holds);
  checkAcyclic(graph);
  checkOutputs(template, resources, holds);
  return { text, parsed, template, parameters, values, place, resources, graph, holds };
}

function graphOf(
  template: Template,
  resources: Blueprint['resources'],
  holds: (condition: string) => boolean,
): Graph {
  const unresolved = new Set<string>();
  const graph = new Map<string, ReadonlySet<string>>();
  for (const [logicalId, definition] of Object.entries(resources)) {
    // A dependency on a resource that its condition leaves out is no dependency.
    const needs = new Set(dependsOn(definition).filter((name) => own(resources, name) !== undefined));
    for (const name of resourcesNamedBy(template, definition.Properties ?? {}, holds)) {
      if (own(resources, name) === undefined) unresolved.add(name);
      else needs.add(name);
    }
    graph.set(logicalId, needs);
  }
  throwUnresolved(unresolved, 'Resources');
  return graph;
}

function checkOutputs(
  template: Template,
  resources: Blueprint['resources'],
  holds: (condition: string | undefined) => boolean,
): void {
  const unresolved = new Set<string>();
  for (const { Value, Condition } of Object.values(template.outputs)) {
    if (!holds(Condition)) continue;
    for (const name of resourcesNamedBy(template, Value, holds)) {
      if (own(resources, name) === undefined) unresolved.add(name);
    }
  }
  throwUnresolved(unresolved, 'Outputs');
}

/** Resources that a value names, in the branches that the conditions choose. */
function resourcesNamedBy(
  template: Template,
  value: unknown,
  holds: (condition: string) => boolean,
): Set<string> {
  const names = new Set<string>();
  walkReferences(value, {
    condition: holds,
    reference({ name }) {
      if (own(template.resources, name) !== undefined) names.add(name);
    },
  });
  return names;
}

function throwUnresolved(names: ReadonlySet<string>, block: string): void {
  if (names.size === 0) return;
  throw malformed(
    `Unresolved resource dependencies [${[...names].join(', ')}] in the ${block} block of the template`,
  );
}
