import { FUNCTIONS } from './functions.ts';
import { malformed, unsupportedFunction, wrongFunction } from './invalid.ts';
import { PSEUDO_PARAMETERS } from './pseudo-parameters.ts';
import { type Reference, walkReferences } from './references.ts';
import { RULE_FUNCTIONS } from './rule-functions.ts';
import { own, type ResourceDefinition, type Template } from './template.ts';

const SUPPORTED = [...Object.keys(FUNCTIONS), ...Object.keys(RULE_FUNCTIONS), 'Condition'];

/**
 * Checks that everything a template names exists in it: parameters, resources, conditions, functions.
 * Values are not looked at, so this can be done without any parameter.
 *
 * @throws ValidationError with CloudFormation's sentence
 */
export function checkReferences(template: Template): void {
  for (const expression of Object.values(template.conditions)) {
    checkValue(template, expression, 'Conditions');
  }
  const unresolved = new Set<string>();
  for (const resource of Object.values(template.resources)) checkResource(template, resource, unresolved);
  throwUnresolved(unresolved, 'Resources');
  for (const { Value, Export, Condition } of Object.values(template.outputs)) {
    checkCondition(template, Condition, 'Outputs');
    checkValue(template, [Value, Export?.Name], 'Outputs', unresolved);
  }
  throwUnresolved(unresolved, 'Outputs');
}

function checkResource(template: Template, resource: ResourceDefinition, unresolved: Set<string>): void {
  checkCondition(template, resource.Condition, 'Resources');
  for (const name of dependsOn(resource)) {
    if (own(template.resources, name) === undefined) unresolved.add(name);
  }
  checkValue(template, resource.Properties ?? {}, 'Resources', unresolved);
}

/** `DependsOn` as a list. */
export function dependsOn({ DependsOn }: ResourceDefinition): readonly string[] {
  if (DependsOn === undefined) return [];
  return typeof DependsOn === 'string' ? [DependsOn] : DependsOn;
}

function throwUnresolved(names: ReadonlySet<string>, block: string): void {
  if (names.size > 0) {
    throw malformed(
      `Unresolved resource dependencies [${[...names].join(', ')}] in the ${block} block of the template`,
    );
  }
}

function checkCondition(template: Template, name: string | undefined, block: string): void {
  if (name !== undefined && own(template.conditions, name) === undefined) {
    throw malformed(`Unresolved condition dependency ${name} in the ${block} block of the template`);
  }
}

function checkValue(template: Template, value: unknown, block: string, unresolved?: Set<string>): void {
  walkReferences(value, {
    reference(reference) {
      checkReference(template, reference, block, unresolved);
    },
    condition(name) {
      if (own(template.conditions, name) === undefined) {
        throw wrongFunction(`unresolved condition dependency ${name} in Fn::If`);
      }
      return undefined;
    },
    call(name) {
      if (own(FUNCTIONS, name) === undefined) throw unsupportedFunction(name, SUPPORTED);
    },
  });
}

function checkReference(
  template: Template,
  { name, attribute }: Reference,
  block: string,
  unresolved: Set<string> | undefined,
): void {
  const isParameter = own(template.parameters, name) !== undefined || PSEUDO_PARAMETERS.has(name);
  if (attribute === undefined && isParameter) return;
  const isResource = own(template.resources, name) !== undefined;
  if (isResource && unresolved) return;
  if (!unresolved) {
    throw malformed(
      `Unresolved dependencies [${name}]. Cannot reference resources in the ${block} block of the template`,
    );
  }
  if (attribute !== undefined) {
    throw wrongFunction(`instance of Fn::GetAtt references undefined resource ${name}`);
  }
  unresolved.add(name);
}
