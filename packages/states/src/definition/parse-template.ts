import { looksLikeCall, parseIntrinsic } from '../intrinsics/parse.ts';
import { isObject, type Json } from '../json.ts';
import { isJsonata, JsonataSyntaxError, parseJsonata } from '../jsonata/expression.ts';
import { readsStates, topLevelReferences } from '../jsonata/references.ts';
import { parsePath } from '../jsonpath/parse.ts';
import { PathSyntaxError } from '../jsonpath/scanner.ts';
import type { QueryLanguage } from './model.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Expression, Field, Template, TemplateMember } from './template.ts';

/** Where a template stands: its language, and its name relative to the state for messages. */
export interface TemplatePlace {
  readonly reader: ObjectReader;
  readonly language: QueryLanguage;
  /** `Catch[0]/` for the fields of the first catcher, empty for those of the state itself. */
  readonly prefix?: string;
  /** Only a catcher's Output and Assign may read `$states.errorOutput`. */
  readonly errorOutput?: boolean;
}

/** The template in a field of the reader's object. */
export function readTemplate(place: TemplatePlace, field: string): Template | undefined {
  const value = place.reader.raw(field);
  if (value === undefined) return undefined;
  return place.language === 'JSONata'
    ? parseJsonataTemplate(place, value, `${place.prefix ?? ''}${field}`, place.reader.at(field))
    : parsePayloadTemplate(place, value, place.reader.at(field));
}

function parsePayloadTemplate(place: TemplatePlace, value: Json, location: string): Template {
  if (Array.isArray(value)) {
    return fold(
      value,
      value.map((item) => parsePayloadTemplate(place, item, location)),
    );
  }
  if (!isObject(value)) return { kind: 'literal', value };
  const members: TemplateMember[] = Object.entries(value).map(([key, member]) =>
    key.endsWith('.$')
      ? { key: key.slice(0, -2), value: parsePayloadExpression(place, key, member, location) }
      : { key, value: parsePayloadTemplate(place, member, `${location}/${key}`) },
  );
  const plain = members.every((member) => member.value.kind === 'literal') && !hasExpressionKey(value);
  return plain ? { kind: 'literal', value } : { kind: 'object', members };
}

function hasExpressionKey(value: object): boolean {
  return Object.keys(value).some((key) => key.endsWith('.$'));
}

function parsePayloadExpression(
  place: TemplatePlace,
  field: string,
  value: Json,
  location: string,
): Template {
  const expression = typeof value === 'string' ? parseExpression(value, field) : undefined;
  if (expression !== undefined) return expression;
  place.reader.diagnostics.schema(
    `The value for the field '${field}' must be a valid JSONPath or a valid intrinsic function call`,
    location,
  );
  return { kind: 'literal', value: null };
}

/** A path or an intrinsic call; undefined when the text is neither. */
function parseExpression(text: string, field: string): Expression | undefined {
  try {
    return looksLikeCall(text)
      ? { kind: 'intrinsic', call: parseIntrinsic(text), field }
      : { kind: 'path', path: parsePath(text), field };
  } catch (error) {
    if (error instanceof PathSyntaxError) return undefined;
    throw error;
  }
}

function parseJsonataTemplate(place: TemplatePlace, value: Json, field: string, location: string): Template {
  if (typeof value === 'string' && isJsonata(value)) {
    return parseJsonataExpression(place, value, field, location) ?? { kind: 'literal', value: null };
  }
  if (Array.isArray(value)) {
    const items = value.map((item, i) =>
      parseJsonataTemplate(place, item, `${field}[${i}]`, `${location}[${i}]`),
    );
    return fold(value, items);
  }
  if (!isObject(value)) return { kind: 'literal', value };
  const members = Object.entries(value).map(([key, member]) => ({
    key,
    value: parseJsonataTemplate(place, member, `${field}/${key}`, `${location}/${key}`),
  }));
  const plain = members.every((member) => member.value.kind === 'literal');
  return plain ? { kind: 'literal', value } : { kind: 'object', members };
}

function parseJsonataExpression(
  place: TemplatePlace,
  text: string,
  field: string,
  location: string,
): Expression | undefined {
  const { diagnostics } = place.reader;
  try {
    const expression = parseJsonata(text);
    for (const name of topLevelReferences(expression)) {
      const message = `Reference to '${name}' at the top level is not supported.`;
      diagnostics.error('UNSUPPORTED_JSONATA_EXPRESSION', message, location);
    }
    if (place.errorOutput !== true && readsStates(expression, 'errorOutput')) {
      const message = "'$states.errorOutput' is only available in the Output and Assign of a Catch.";
      diagnostics.error('UNSUPPORTED_JSONATA_EXPRESSION', message, location);
    }
    return { kind: 'jsonata', expression, field };
  } catch (error) {
    if (!(error instanceof JsonataSyntaxError)) throw error;
    diagnostics.error('INVALID_JSONATA_EXPRESSION', error.message, location);
    return undefined;
  }
}

function fold(value: Json, items: readonly Template[]): Template {
  const plain = items.every((item) => item.kind === 'literal');
  return plain ? { kind: 'literal', value } : { kind: 'array', items };
}

/**
 * A field that is a plain value, a JSONata expression, or, under its own name with `Path` at the end,
 * a JSONPath. `read` reads the plain value and reports when it does not fit.
 */
export function readField(
  place: TemplatePlace,
  field: string,
  read: (reader: ObjectReader) => Json | undefined,
): Field | undefined {
  const { reader, language } = place;
  const pathField = `${field}Path`;
  reader.atMostOne(field, pathField);
  const value = reader.raw(field);
  if (language === 'JSONata' && typeof value === 'string' && isJsonata(value)) {
    return parseJsonataExpression(place, value, `${place.prefix ?? ''}${field}`, reader.at(field));
  }
  if (reader.has(field)) {
    const literal = read(reader);
    return literal === undefined ? undefined : { kind: 'literal', value: literal, field };
  }
  if (language !== 'JSONPath' || !reader.has(pathField)) return undefined;
  const text = reader.string(pathField);
  const expression = text === undefined ? undefined : parseExpression(text, pathField);
  if (expression === undefined) reader.fail('Value is not a valid JSONPath', pathField);
  return expression;
}
