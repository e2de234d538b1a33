import { serializationError } from '../dispatch/errors.ts';
import type { ServiceModel } from '../model/load.ts';
import type { Shape, ShapeRef } from '../model/shapes.ts';
import { formatTimestamp, parseTimestamp } from './timestamps.ts';

/**
 * Turns parsed JSON into a handler's input as the model says: base64 into bytes, epoch seconds into
 * dates. Unknown members and null members are left out, as AWS does.
 *
 * @throws SerializationException when a value is of another type than the model's
 */
export function readJson(model: ServiceModel, ref: ShapeRef, value: unknown): unknown {
  const shape = model.shape(ref);
  switch (shape.type) {
    case 'structure': {
      if (shape.document) return value;
      const source = asObject(value);
      const input: Record<string, unknown> = {};
      for (const [name, member] of Object.entries(shape.members)) {
        const found = source[member.locationName ?? name];
        if (found !== undefined && found !== null) input[name] = readJson(model, member, found);
      }
      return input;
    }
    case 'list':
      if (!Array.isArray(value)) throw wrongType(value, 'List');
      return value.map((item) => (item === null ? null : readJson(model, shape.member, item)));
    case 'map': {
      const entries = Object.entries(asObject(value)).filter(([, item]) => item !== null);
      return Object.fromEntries(entries.map(([key, item]) => [key, readJson(model, shape.value, item)]));
    }
    default:
      return readScalar(shape, ref, value);
  }
}

function readScalar(shape: Shape, ref: ShapeRef, value: unknown): unknown {
  switch (shape.type) {
    case 'string':
      if (typeof value !== 'string') throw wrongType(value, 'String');
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(value, 'Boolean');
      return value;
    case 'timestamp': {
      const date = parseTimestamp(value, shape.timestampFormat ?? ref.timestampFormat ?? 'unixTimestamp');
      if (!date) throw wrongType(value, 'Timestamp');
      return date;
    }
    case 'blob':
      if (typeof value !== 'string') throw wrongType(value, 'Blob');
      return new Uint8Array(Buffer.from(value, 'base64'));
    default:
      return readNumber(shape.type, value);
  }
}

function readNumber(type: string, value: unknown): number {
  const fractional = type === 'float' || type === 'double' || type === 'bigdecimal';
  if (fractional && (value === 'NaN' || value === 'Infinity' || value === '-Infinity')) return Number(value);
  if (typeof value !== 'number') throw wrongType(value, TYPE_NAMES[type] ?? type);
  return fractional ? value : Math.trunc(value);
}

const TYPE_NAMES: Record<string, string> = {
  integer: 'Integer',
  long: 'Long',
  short: 'Short',
  byte: 'Byte',
  float: 'Float',
  double: 'Double',
};

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw serializationError(
      Array.isArray(value)
        ? 'Unrecognized collection type class java.util.ArrayList'
        : 'Unexpected value type in payload',
    );
  }
  return value as Record<string, unknown>;
}

/** The sentence of AWS's JSON front end (observed on the service). */
function wrongType(value: unknown, wanted: string) {
  if (typeof value === 'object') {
    return serializationError('Start of structure or map found where not expected.');
  }
  const found =
    typeof value === 'boolean'
      ? `${String(value).toUpperCase()}_VALUE`
      : `${typeof value}_VALUE`.toUpperCase();
  return serializationError(
    `${found} can not be converted to ${wanted === 'Integer' ? 'an' : 'a'} ${wanted}`,
  );
}

/** Turns a handler's output into JSON values as the model says; members the model lacks are left out. */
export function writeJson(model: ServiceModel, ref: ShapeRef, value: unknown): unknown {
  const shape = model.shape(ref);
  switch (shape.type) {
    case 'structure': {
      if (shape.document) return value;
      const source = value as Record<string, unknown>;
      const output: Record<string, unknown> = {};
      for (const [name, member] of Object.entries(shape.members)) {
        const found = source[name];
        if (found !== undefined && found !== null) {
          output[member.locationName ?? name] = writeJson(model, member, found);
        }
      }
      return output;
    }
    case 'list':
      return (value as unknown[]).map((item) => writeJson(model, shape.member, item));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Record<string, unknown>)
          .filter(([, item]) => item !== undefined && item !== null)
          .map(([key, item]) => [key, writeJson(model, shape.value, item)]),
      );
    case 'timestamp':
      return formatTimestamp(value as Date, shape.timestampFormat ?? ref.timestampFormat ?? 'unixTimestamp');
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'float':
    case 'double':
      return Number.isFinite(value) ? value : String(value);
    default:
      return value;
  }
}
