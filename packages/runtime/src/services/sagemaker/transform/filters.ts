import { invalid } from '../errors.ts';

/** A record's content: the cells of a CSV line, or a JSON value. */
export type Content = unknown;

type Step = (value: Content) => Content;

const LONGEST = 63;
const STEP =
  /\.([A-Za-z_][\w-]*|\*)|\[\*\]|\[('(?:[^']*)'(?:\s*,\s*'[^']*')*)\]|\[(-?\d*):(-?\d*)\]|\[(-?\d+(?:\s*,\s*-?\d+)*)\]/y;

/**
 * Reads a filter: the subset of JSONPath that batch transform knows.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform-data-processing.html
 *
 * @param text - such as `$`, `$[1:]`, `$[0,2]`, `$.features`, `$['id','score']`
 * @throws ServiceError for what is none
 */
export function parseFilter(text: string): Step {
  if (!text.startsWith('$') || text.length > LONGEST) throw notAFilter(text);
  const steps: Step[] = [];
  STEP.lastIndex = 1;
  let at = 1;
  while (at < text.length) {
    STEP.lastIndex = at;
    const match = STEP.exec(text);
    if (!match) throw notAFilter(text);
    steps.push(stepOf(match));
    at = STEP.lastIndex;
  }
  return (value) => steps.reduce((current, step) => step(current), value);
}

function stepOf([, name, names, from, to, indexes]: RegExpExecArray): Step {
  if (name !== undefined && name !== '*') return (value) => member(value, name);
  if (names !== undefined) {
    const wanted = names.split(',').map((text) => text.trim().slice(1, -1));
    if (wanted.length === 1) return (value) => member(value, wanted[0]!);
    return (value) => Object.fromEntries(wanted.map((key) => [key, member(value, key)]));
  }
  if (from !== undefined) {
    return (value) => list(value).slice(from === '' ? 0 : Number(from), to === '' ? undefined : Number(to));
  }
  if (indexes !== undefined) {
    const wanted = indexes.split(',').map(Number);
    return (value) => wanted.map((index) => list(value).at(index)).filter((item) => item !== undefined);
  }
  return (value) => (Array.isArray(value) ? value : Object.values(value as object));
}

function member(value: Content, name: string): Content {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function list(value: Content): unknown[] {
  return Array.isArray(value) ? value : [];
}

function notAFilter(text: string): Error {
  return invalid(
    `The filter ${text} is not valid: it has to be a JSONPath of at most ${LONGEST} characters.`,
  );
}
