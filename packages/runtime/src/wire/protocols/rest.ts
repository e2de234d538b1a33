import type { Readable } from 'node:stream';
import type { ServiceModel } from '../../model/load.ts';
import type { ListShape, ShapeRef, StructureShape } from '../../model/shapes.ts';
import type { RequestBody } from '../body.ts';
import type { WireRequest } from '../request.ts';
import type { Routed } from '../routing.ts';
import { formatTimestamp, parseTimestamp } from '../timestamps.ts';
import { type Binding, bindingsOf } from './bindings.ts';

/** What differs between REST-JSON and REST-XML: how a structure lies in the body. */
export interface BodyFormat {
  readonly contentType: string;
  read(model: ServiceModel, ref: ShapeRef, text: string): unknown;
  /** What a parameter or header is worth that should be a number and is none. @throws ServiceError */
  notNumber(name: string, text: string): undefined;
  write(model: ServiceModel, ref: ShapeRef, value: unknown): string;
}

/** Collects an operation's input from path, query, headers and body. */
export async function readRestInput(
  request: WireRequest,
  { model, operation, labels }: Routed,
  body: RequestBody,
  format: BodyFormat,
): Promise<unknown> {
  const shape = model.structure(operation.input);
  if (!shape) return {};
  const input: Record<string, unknown> = {};
  for (const binding of bindingsOf(model, shape)) {
    const value = readBound({ model, format }, binding, request, labels ?? {});
    if (value !== undefined) input[binding.name] = value;
  }
  return { ...input, ...(await readPayload(model, operation.input!, shape, body, format)) };
}

/** How the texts of parameters and headers become values. */
interface Reading {
  readonly model: ServiceModel;
  readonly format: BodyFormat;
}

function readBound(
  reading: Reading,
  binding: Binding,
  { query, headers }: WireRequest,
  labels: Readonly<Record<string, string>>,
): unknown {
  const { shape, location, wireName } = binding;
  switch (location) {
    case 'uri':
      return labels[wireName] === undefined ? undefined : readText(reading, binding, labels[wireName]);
    case 'querystring':
      return readQuery(reading, binding, query);
    case 'header': {
      const value = headers[wireName];
      if (value === undefined) return undefined;
      if (shape.type !== 'list') return readText(reading, binding, value, 'rfc822');
      const item = itemOf(reading, shape, wireName);
      return value.split(',').map((text) => readText(reading, item, text.trim()));
    }
    case 'headers': {
      const found = Object.entries(headers).filter(([name]) => name.startsWith(wireName));
      return found.length === 0
        ? undefined
        : Object.fromEntries(found.map(([name, value]) => [name.slice(wireName.length), value]));
    }
    default:
      return undefined;
  }
}

/** What is read from one text. */
type Text = Pick<Binding, 'ref' | 'shape' | 'wireName'>;

function itemOf({ model }: Reading, { member }: ListShape, wireName: string): Text {
  return { ref: member, shape: model.shape(member), wireName };
}

function readQuery(reading: Reading, binding: Binding, query: WireRequest['query']): unknown {
  const { shape, wireName } = binding;
  if (shape.type === 'map') {
    return Object.fromEntries([...query].map(([name, values]) => [name, values[0]]));
  }
  const values = query.get(wireName);
  if (!values) return undefined;
  if (shape.type === 'list') {
    const item = itemOf(reading, shape, wireName);
    return values.map((value) => readText(reading, item, value));
  }
  return readText(reading, binding, values[0] ?? '', 'iso8601');
}

function readText(
  { format }: Reading,
  { ref, shape, wireName }: Text,
  text: string,
  dateFormat: 'rfc822' | 'iso8601' = 'iso8601',
): unknown {
  switch (shape.type) {
    case 'boolean':
      return text.toLowerCase() === 'true';
    case 'timestamp':
      // A date that cannot be read is left out: HTTP ignores malformed conditions (RFC 9110, 13.1.3).
      return parseTimestamp(text, ref.timestampFormat ?? shape.timestampFormat ?? dateFormat);
    case 'integer':
    case 'long':
    case 'short':
    case 'byte':
    case 'float':
    case 'double': {
      const number = Number(text);
      return text.trim() === '' || Number.isNaN(number) ? format.notNumber(wireName, text) : number;
    }
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'));
    default:
      return text;
  }
}

async function readPayload(
  model: ServiceModel,
  ref: ShapeRef,
  shape: StructureShape,
  body: RequestBody,
  format: BodyFormat,
): Promise<Record<string, unknown>> {
  const payloadName = shape.payload;
  if (payloadName === undefined) {
    const inBody = Object.values(shape.members).some((member) => member.location === undefined);
    if (!inBody) return {};
    const text = (await body.bytes()).toString('utf8');
    if (text === '') return {};
    const read = Object.entries(format.read(model, ref, text) as Record<string, unknown>);
    return Object.fromEntries(read.filter(([name]) => shape.members[name]?.location === undefined));
  }
  const member = shape.members[payloadName]!;
  const payload = model.shape(member);
  if (payload.type === 'blob' && (member.streaming || payload.streaming)) {
    return { [payloadName]: body.stream() };
  }
  const bytes = await body.bytes();
  if (payload.type === 'blob') return bytes.length === 0 ? {} : { [payloadName]: new Uint8Array(bytes) };
  if (bytes.length === 0) return {};
  const text = bytes.toString('utf8');
  return { [payloadName]: payload.type === 'string' ? text : format.read(model, member, text) };
}

/** An output divided over status, headers and body. */
export interface RestOutput {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | Readable | undefined;
}

export function writeRestOutput(
  output: Record<string, unknown>,
  { model, operation }: Routed,
  format: BodyFormat,
): RestOutput {
  const headers: Record<string, string> = {};
  let status = operation.http.responseCode ?? 200;
  const shape = model.structure(operation.output);
  for (const binding of shape ? bindingsOf(model, shape) : []) {
    const value = output[binding.name];
    if (value === undefined || value === null) continue;
    if (binding.location === 'statusCode') status = value as number;
    else writeHeader(binding, value, headers);
  }
  const body = shape && writePayload(model, operation.output!, shape, output, format, headers);
  return { status, headers, body };
}

function writeHeader(
  { location, ref, shape, wireName }: Binding,
  value: unknown,
  headers: Record<string, string>,
): void {
  if (location === 'headers') {
    for (const [name, text] of Object.entries(value as Record<string, string>)) {
      headers[`${wireName}${name}`.toLowerCase()] = text;
    }
  } else if (location === 'header') {
    headers[wireName] =
      shape.type === 'timestamp'
        ? String(formatTimestamp(value as Date, ref.timestampFormat ?? shape.timestampFormat ?? 'rfc822'))
        : Array.isArray(value)
          ? value.join(',')
          : String(value);
  }
}

function writePayload(
  model: ServiceModel,
  ref: ShapeRef,
  shape: StructureShape,
  output: Record<string, unknown>,
  format: BodyFormat,
  headers: Record<string, string>,
): string | Uint8Array | Readable | undefined {
  const payloadName = shape.payload;
  if (payloadName === undefined) {
    const inBody = Object.values(shape.members).some((member) => member.location === undefined);
    if (!inBody) return undefined;
    headers['content-type'] ??= format.contentType;
    return format.write(model, ref, output);
  }
  const member = shape.members[payloadName]!;
  const value = output[payloadName];
  if (value === undefined || value === null) return undefined;
  const payload = model.shape(member);
  if (payload.type === 'blob') return value as Uint8Array | Readable;
  if (payload.type === 'string') return value as string;
  headers['content-type'] ??= format.contentType;
  return format.write(model, member, value);
}
