import { StateFailure } from '../failures.ts';
import { isObject, type Json, type JsonObject, ownValue, setOwn } from '../json.ts';
import type { Path, Segment } from './path.ts';

/** Whether the path names exactly one place by names and indexes, as ResultPath requires. */
export function isReferencePath(path: Path): boolean {
  return (
    path.root.kind === 'data' &&
    path.functions.length === 0 &&
    path.segments.every((segment) => segment.kind === 'name' || segment.kind === 'index')
  );
}

/**
 * A copy of `document` with `value` at the place a reference path names. Objects on the way are
 * created; an index must exist, or be the next one of its array.
 * @throws StateFailure `States.ResultPathMatchFailure` when the document has no such place
 */
export function withValueAt(path: Path, document: Json, value: Json): Json {
  return place(path, 0, document, value);
}

function place(path: Path, position: number, here: Json | undefined, value: Json): Json {
  const segment = path.segments[position];
  if (segment === undefined) return value;
  const descend = (child: Json | undefined): Json => place(path, position + 1, child, value);
  if (segment.kind === 'name') {
    if (here !== undefined && !isObject(here)) throw mismatch(path, segment, here);
    const copy: JsonObject = { ...here };
    setOwn(copy, segment.name, descend(here === undefined ? undefined : ownValue(here, segment.name)));
    return copy;
  }
  const index = segment.kind === 'index' ? segment.index : -1;
  if (!Array.isArray(here) || index < 0 || index > here.length) throw mismatch(path, segment, here);
  const copy = [...here];
  copy[index] = descend(here[index]);
  return copy;
}

function mismatch(path: Path, segment: Segment, here: Json | undefined): StateFailure {
  const step = segment.kind === 'name' ? segment.name : segment.kind === 'index' ? String(segment.index) : '';
  return new StateFailure({
    error: 'States.ResultPathMatchFailure',
    cause: `Unable to apply step "${step}" of ${path.text} to input ${JSON.stringify(here ?? null)}`,
  });
}
