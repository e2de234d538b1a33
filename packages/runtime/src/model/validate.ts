import type { ServiceModel } from './load.ts';
import type { Shape, ShapeRef, StructureShape } from './shapes.ts';

/**
 * Checks a parsed request against the constraints of its official model: required members, lengths,
 * ranges, patterns and enumerations.
 *
 * The sentences are the ones AWS's front end gives for its JSON and query services, for example
 * `Value 'x y' at 'datasetName' failed to satisfy constraint: Member must satisfy regular expression
 * pattern: …` (observed on the service; the collected form is made by {@link validationMessage}).
 * Unknown members are not reported: AWS ignores them.
 *
 * @returns one sentence per violated constraint, in the model's member order; empty when all is well
 */
export function validate(model: ServiceModel, structure: StructureShape, value: unknown): string[] {
  const violations: string[] = [];
  checkStructure({ model, violations }, structure, value as Record<string, unknown>, '');
  return violations;
}

/** Joins violations the way AWS does: a count, then all of them in one sentence. */
export function validationMessage(violations: readonly string[]): string {
  const plural = violations.length === 1 ? '' : 's';
  return `${violations.length} validation error${plural} detected: ${violations.join('; ')}`;
}

interface Check {
  readonly model: ServiceModel;
  readonly violations: string[];
}

function checkStructure(check: Check, shape: StructureShape, value: Record<string, unknown>, path: string) {
  for (const name of shape.required ?? []) {
    if (value[name] === undefined || value[name] === null) {
      check.violations.push(
        `Value null at '${memberPath(path, name)}' failed to satisfy constraint: Member must not be null`,
      );
    }
  }
  for (const [name, ref] of Object.entries(shape.members)) {
    const member = value[name];
    if (member !== undefined && member !== null) checkValue(check, ref, member, memberPath(path, name));
  }
}

function checkValue(check: Check, ref: ShapeRef, value: unknown, path: string): void {
  const shape = check.model.shape(ref);
  switch (shape.type) {
    case 'structure':
      if (typeof value === 'object') checkStructure(check, shape, value as Record<string, unknown>, path);
      return;
    case 'list':
      if (!Array.isArray(value)) return;
      checkSize(check, shape, value, value.length, path);
      value.forEach((item, index) => {
        checkValue(check, shape.member, item, `${path}.${index + 1}.member`);
      });
      return;
    case 'map': {
      const entries = Object.entries(value as Record<string, unknown>);
      checkSize(check, shape, value, entries.length, path);
      for (const [key, item] of entries) {
        checkValue(check, shape.key, key, `${path}.${key}.key`);
        checkValue(check, shape.value, item, `${path}.${key}.member`);
      }
      return;
    }
    case 'string':
      checkString(check, shape, value as string, path);
      return;
    case 'blob':
      if (value instanceof Uint8Array) checkSize(check, shape, value, value.byteLength, path);
      return;
    case 'boolean':
    case 'timestamp':
      return;
    default:
      checkRange(check, shape, value as number, path);
  }
}

function checkString(check: Check, shape: Shape & { type: 'string' }, value: string, path: string): void {
  checkSize(check, shape, value, [...value].length, path);
  if (shape.pattern !== undefined && !patternOf(shape.pattern).test(value)) {
    violate(check, shape, value, path, `satisfy regular expression pattern: ${shape.pattern}`);
  }
  if (shape.enum && !shape.enum.includes(value)) {
    violate(check, shape, value, path, `satisfy enum value set: [${shape.enum.join(', ')}]`);
  }
}

function checkSize(
  check: Check,
  shape: Shape & { min?: number; max?: number },
  value: unknown,
  size: number,
  path: string,
): void {
  if (shape.min !== undefined && size < shape.min) {
    violate(check, shape, value, path, `have length greater than or equal to ${shape.min}`);
  }
  if (shape.max !== undefined && size > shape.max) {
    violate(check, shape, value, path, `have length less than or equal to ${shape.max}`);
  }
}

function checkRange(
  check: Check,
  shape: Shape & { min?: number; max?: number },
  value: number,
  path: string,
): void {
  if (shape.min !== undefined && value < shape.min) {
    violate(check, shape, value, path, `have value greater than or equal to ${shape.min}`);
  }
  if (shape.max !== undefined && value > shape.max) {
    violate(check, shape, value, path, `have value less than or equal to ${shape.max}`);
  }
}

function violate(check: Check, shape: Shape, value: unknown, path: string, must: string): void {
  // AWS leaves the value out where the model calls it sensitive.
  const shown = shape.sensitive ? 'Value' : `Value '${javaText(value)}'`;
  check.violations.push(`${shown} at '${path}' failed to satisfy constraint: Member must ${must}`);
}

/** AWS writes wire paths with a lower-case first letter: `DatasetName` → `datasetName`. */
function memberPath(path: string, name: string): string {
  const lower = name.charAt(0).toLowerCase() + name.slice(1);
  return path === '' ? lower : `${path}.${lower}`;
}

/** Values as Java's collections print them, which is what the service's sentences contain. */
function javaText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(javaText).join(', ')}]`;
  if (value instanceof Uint8Array) return `java.nio.HeapByteBuffer[pos=0 lim=${value.byteLength}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, item]) => `${key}=${javaText(item)}`);
    return `{${members.join(', ')}}`;
  }
  return String(value);
}

const patterns = new Map<string, RegExp>();

/**
 * A model's pattern as an expression over the whole value, which is what Java's `matches()` asks.
 * Patterns are written for Java: most compile under JavaScript's Unicode mode; those with escapes
 * that mode refuses (`\-` and the like) compile without it.
 */
function patternOf(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known) return known;
  const ignoreCase = pattern.startsWith('(?i)');
  const source = `^(?:${ignoreCase ? pattern.slice(4) : pattern})$`;
  const flags = ignoreCase ? 'i' : '';
  let expression: RegExp;
  try {
    expression = new RegExp(source, `${flags}u`);
  } catch {
    expression = new RegExp(source, flags);
  }
  patterns.set(pattern, expression);
  return expression;
}
