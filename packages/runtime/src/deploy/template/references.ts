import { isObject, type JsonObject } from './template.ts';

/** Something that a value of a template names: a parameter or resource, with an attribute where asked for. */
export interface Reference {
  readonly name: string;
  readonly attribute?: string;
}

/** What a walk through a value meets. */
export interface ReferenceVisitor {
  reference?(reference: Reference): void;
  /** A condition named by `Fn::If`; when the answer is a boolean, only that branch is walked. */
  condition?(name: string): boolean | undefined;
  /** Any intrinsic function, by its name. */
  call?(name: string): void;
}

const VARIABLE = /\$\{([^!${}][^{}]*)\}/g;

/** Walks a value of a template and tells the visitor what it names. */
export function walkReferences(value: unknown, visitor: ReferenceVisitor): void {
  if (Array.isArray(value)) {
    for (const item of value) walkReferences(item, visitor);
    return;
  }
  if (!isObject(value)) return;
  const call = callOf(value);
  if (call) walkCall(call[0], call[1], visitor);
  else for (const member of Object.values(value)) walkReferences(member, visitor);
}

/** The function and its argument, when an object is a call of one: it has that single member. */
export function callOf(value: JsonObject): readonly [name: string, argument: unknown] | undefined {
  const keys = Object.keys(value);
  const name = keys[0];
  if (keys.length !== 1 || name === undefined) return undefined;
  return name === 'Ref' || name.startsWith('Fn::') ? [name, value[name]] : undefined;
}

/** Names in `${…}` of a text, without the escaped ones (`${!…}`). */
export function variablesOf(text: string): string[] {
  return [...text.matchAll(VARIABLE)].map(([, name]) => name!.trim());
}

/** `A.B.C` is attribute `B.C` of `A`; a name without a dot is a plain reference. */
export function parseReference(text: string): Reference {
  const dot = text.indexOf('.');
  return dot < 0 ? { name: text } : { name: text.slice(0, dot), attribute: text.slice(dot + 1) };
}

function walkCall(name: string, argument: unknown, visitor: ReferenceVisitor): void {
  visitor.call?.(name);
  switch (name) {
    case 'Ref':
      if (typeof argument === 'string') visitor.reference?.({ name: argument });
      return;
    case 'Fn::GetAtt':
      walkAttribute(argument, visitor);
      return;
    case 'Fn::Sub':
      walkSubstitution(argument, visitor);
      return;
    case 'Fn::If':
      walkBranches(argument, visitor);
      return;
    default:
      walkReferences(argument, visitor);
  }
}

function walkAttribute(argument: unknown, visitor: ReferenceVisitor): void {
  const [name, attribute] = Array.isArray(argument) ? argument : [];
  if (typeof argument === 'string') visitor.reference?.(parseReference(argument));
  else if (typeof name === 'string') {
    visitor.reference?.({ name, attribute: typeof attribute === 'string' ? attribute : '' });
    walkReferences(attribute, visitor);
  }
}

function walkSubstitution(argument: unknown, visitor: ReferenceVisitor): void {
  const [text, variables] = Array.isArray(argument) ? argument : [argument];
  const own = isObject(variables) ? variables : {};
  if (typeof text === 'string') {
    for (const name of variablesOf(text)) {
      if (!Object.hasOwn(own, name)) visitor.reference?.(parseReference(name));
    }
  }
  walkReferences(own, visitor);
}

function walkBranches(argument: unknown, visitor: ReferenceVisitor): void {
  if (!Array.isArray(argument)) return;
  const [condition, whenTrue, whenFalse] = argument as unknown[];
  const holds = typeof condition === 'string' ? visitor.condition?.(condition) : undefined;
  if (holds !== false) walkReferences(whenTrue, visitor);
  if (holds !== true) walkReferences(whenFalse, visitor);
}
