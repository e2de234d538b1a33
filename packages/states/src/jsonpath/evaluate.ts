import { isObject, type Json, type JsonObject, ownValue, setOwn } from '../json.ts';
import { passesFilter } from './filter.ts';
import { applyFunction } from './functions.ts';
import type { Path, Segment } from './path.ts';

/** A definite path led nowhere. The text is the part of AWS's message behind the path. */
export class PathNotFoundError extends Error {
  override readonly name = 'PathNotFoundError';
}

/**
 * What a path finds in `document`. A definite path gives its value or throws; an indefinite one gives
 * an array of the matches, perhaps empty, but throws when a name before its first indefinite segment
 * is missing (Jayway does the same).
 * @throws PathNotFoundError
 */
export function evaluateSegments(path: Path, document: Json): Json {
  const found = path.definite
    ? evaluateDefinite(path.segments, document)
    : evaluateIndefinite(path, document);
  return path.functions.reduce((value, called) => applyFunction(called, value, document), found);
}

function evaluateDefinite(segments: readonly Segment[], document: Json): Json {
  let value = document;
  for (let i = 0; i < segments.length; i += 1) {
    value = stepDefinite(segments, i, value);
  }
  return value;
}

function stepDefinite(segments: readonly Segment[], position: number, value: Json): Json {
  const segment = segments[position] as Segment;
  if (segment.kind === 'index') {
    const item = Array.isArray(value) ? at(value, segment.index) : undefined;
    if (item !== undefined) return item;
    if (Array.isArray(value)) throw noResults(segments);
    throw new PathNotFoundError(
      `Filter: [${segment.index}] can only be applied to arrays. Current context is: ${JSON.stringify(value)}`,
    );
  }
  if (!isObject(value)) throw notAnObject(segments, position, value);
  if (segment.kind === 'names') return pick(value, segment.names);
  const member = segment.kind === 'name' ? ownValue(value, segment.name) : undefined;
  if (member !== undefined) return member;
  if (position === segments.length - 1) throw noResults(segments);
  throw new PathNotFoundError(`Missing property in path ${describe(segments, position + 1)}`);
}

function evaluateIndefinite(path: Path, document: Json): Json[] {
  const firstOpen = path.segments.findIndex((segment) => segment.kind !== 'name' && segment.kind !== 'index');
  let prefix = document;
  for (let i = 0; i < firstOpen; i += 1) {
    prefix = stepDefinite(path.segments.slice(0, firstOpen + 1), i, prefix);
  }
  let nodes: Json[] = [prefix];
  for (const segment of path.segments.slice(firstOpen)) {
    nodes = nodes.flatMap((node) => matches(segment, node, document));
  }
  return nodes;
}

/** All children that a segment selects from one value; values it does not fit give none. */
function matches(segment: Segment, value: Json, document: Json): Json[] {
  switch (segment.kind) {
    case 'name': {
      const member = isObject(value) ? ownValue(value, segment.name) : undefined;
      return member === undefined ? [] : [member];
    }
    case 'names':
      return isObject(value) ? [pick(value, segment.names)] : [];
    case 'index':
      return Array.isArray(value) ? present([at(value, segment.index)]) : [];
    case 'indexes':
      return Array.isArray(value) ? present(segment.indexes.map((index) => at(value, index))) : [];
    case 'slice':
      return Array.isArray(value) ? value.slice(segment.from, segment.to) : [];
    case 'wildcard':
      return children(value);
    case 'filter':
      // Jayway tests the elements of an array, and an object as a whole.
      return (Array.isArray(value) ? value : isObject(value) ? [value] : []).filter((element) =>
        passesFilter(segment.test, element, document),
      );
    case 'deep':
      return descendants(segment.segment, value, document);
    default:
      return segment satisfies never;
  }
}

function descendants(segment: Segment, value: Json, document: Json): Json[] {
  // A filter below `..` must not see an object once as itself and once as an element of its array.
  const here = segment.kind === 'filter' && isObject(value) ? [] : matches(segment, value, document);
  return [...here, ...children(value).flatMap((child) => descendants(segment, child, document))];
}

function children(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function present(values: readonly (Json | undefined)[]): Json[] {
  return values.filter((value) => value !== undefined);
}

function at(items: readonly Json[], index: number): Json | undefined {
  return items[index < 0 ? items.length + index : index];
}

function pick(value: JsonObject, names: readonly string[]): JsonObject {
  const picked: JsonObject = {};
  for (const name of names) {
    const member = ownValue(value, name);
    if (member !== undefined) setOwn(picked, name, member);
  }
  return picked;
}

function noResults(segments: readonly Segment[]): PathNotFoundError {
  return new PathNotFoundError(`No results for path: ${describe(segments, segments.length)}`);
}

function notAnObject(segments: readonly Segment[], position: number, value: Json): PathNotFoundError {
  const found = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const property = describe(segments.slice(position), 1).slice(1);
  return new PathNotFoundError(
    `Expected to find an object with property ${property} in path ${describe(segments, position)} but found '${found}'.`,
  );
}

/** The first `count` segments in the bracket notation of AWS's messages. */
function describe(segments: readonly Segment[], count: number): string {
  const parts = segments.slice(0, count).map((segment) => {
    if (segment.kind === 'name') return `['${segment.name}']`;
    if (segment.kind === 'index') return `[${segment.index}]`;
    return segment.kind === 'names' ? `[${segment.names.map((name) => `'${name}'`).join(',')}]` : '[*]';
  });
  return `$${parts.join('')}`;
}
