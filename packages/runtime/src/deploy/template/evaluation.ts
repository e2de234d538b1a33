import { FUNCTIONS, type IntrinsicFunction } from './functions.ts';
import { malformed, unsupportedFunction, wrongFunction } from './invalid.ts';
import { PSEUDO_PARAMETERS, pseudoParameter, type StackPlace } from './pseudo-parameters.ts';
import { callOf } from './references.ts';
import { isObject, type JsonObject, own, type Template } from './template.ts';
import { NO_VALUE } from './unknown.ts';

/** What lies outside the template: resources as they are, and exports of other stacks. */
export interface Surroundings {
  /** What `Ref` of a resource gives. */
  reference(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  exported(name: string): unknown;
}

/** Parameter values as `Ref` gives them: texts, or lists of texts. */
export type ParameterValues = Readonly<Record<string, string | readonly string[]>>;

export interface EvaluationParts {
  readonly template: Template;
  readonly parameters: ParameterValues;
  readonly place: StackPlace;
  readonly surroundings: Surroundings;
  /** Functions besides the ordinary ones, for the rules of a template. */
  readonly functions?: Readonly<Record<string, IntrinsicFunction>>;
}

/** Evaluates values of one template with its parameters, conditions and resources. */
export class Evaluation {
  readonly template: Template;
  readonly place: StackPlace;
  readonly parameters: ParameterValues;
  readonly #surroundings: Surroundings;
  readonly #functions: Readonly<Record<string, IntrinsicFunction>>;
  readonly #conditions = new Map<string, boolean | 'evaluating'>();

  constructor({ template, parameters, place, surroundings, functions = {} }: EvaluationParts) {
    this.template = template;
    this.place = place;
    this.parameters = parameters;
    this.#surroundings = surroundings;
    this.#functions = { ...FUNCTIONS, ...functions };
  }

  /**
   * The value with every function in it carried out; members and items that are `AWS::NoValue` are gone.
   *
   * @throws ValidationError when a function is used wrongly or names what is not there
   */
  value(raw: unknown): unknown {
    if (Array.isArray(raw)) return raw.map((item) => this.value(item)).filter((item) => item !== NO_VALUE);
    if (!isObject(raw)) return raw;
    const call = callOf(raw);
    if (call) return this.#call(call[0], call[1]);
    const entries: [string, unknown][] = [];
    for (const [key, member] of Object.entries(raw)) {
      if (key.startsWith('Fn::')) throw wrongFunction(`${key} must be the only member of its object`);
      const value = this.value(member);
      if (value !== NO_VALUE) entries.push([key, value]);
    }
    return Object.fromEntries(entries);
  }

  /** Properties, evaluated; a whole that is `AWS::NoValue` is empty. */
  properties(raw: unknown): JsonObject {
    const value = this.value(raw ?? {});
    if (value === NO_VALUE) return {};
    if (!isObject(value)) throw malformed('Every Properties member must be an object.');
    return value;
  }

  /** Whether a condition of the template holds; a missing name always does. */
  condition(name: string | undefined): boolean {
    if (name === undefined) return true;
    const known = this.#conditions.get(name);
    if (known === 'evaluating') throw malformed(`Circular dependencies between conditions: [${name}]`);
    if (known !== undefined) return known;
    const definition = own(this.template.conditions, name);
    if (definition === undefined) throw wrongFunction(`unresolved condition dependency ${name} in Fn::If`);
    this.#conditions.set(name, 'evaluating');
    const holds = this.holds(definition);
    this.#conditions.set(name, holds);
    return holds;
  }

  /** Evaluates a condition's expression, where `{Condition: name}` is another condition. */
  holds(expression: unknown): boolean {
    if (isObject(expression) && typeof expression['Condition'] === 'string') {
      return this.condition(expression['Condition']);
    }
    const value = this.value(expression);
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw malformed('Every Condition member must be a boolean expression.');
  }

  /** What `Ref` gives. */
  reference(name: string): unknown {
    if (name === 'AWS::NoValue') return NO_VALUE;
    if (PSEUDO_PARAMETERS.has(name)) return pseudoParameter(name, this.place);
    const parameter = own(this.parameters, name);
    if (parameter !== undefined) return parameter;
    return this.#surroundings.reference(name);
  }

  attribute(logicalId: string, name: string): unknown {
    return this.#surroundings.attribute(logicalId, name);
  }

  exported(name: string): unknown {
    return this.#surroundings.exported(name);
  }

  #call(name: string, argument: unknown): unknown {
    const carryOut = own(this.#functions, name);
    if (!carryOut) throw unsupportedFunction(name, Object.keys(this.#functions));
    return carryOut(argument, this);
  }
}

/** For values that may not name resources: conditions, rules and what they use. */
export const NO_SURROUNDINGS: Surroundings = {
  reference: (name) => {
    throw malformed(
      `Unresolved dependencies [${name}]. Cannot reference resources in the Conditions block of the template`,
    );
  },
  attribute: (name) => {
    throw malformed(
      `Unresolved dependencies [${name}]. Cannot reference resources in the Conditions block of the template`,
    );
  },
  exported: () => {
    throw malformed('Fn::ImportValue cannot be used in the Conditions block of the template');
  },
};
