import type { Readable } from 'node:stream';
import type { ServiceModel } from '../../model/load.ts';
import type { Shape, ShapeRef, StructureShape } from '../../model/shapes.ts';
import type { RequestBody } from '../body.ts';
import type { WireRequest } from '../request.ts';
import type { Routed } from '../routing.ts';
import { formatTimestamp, parseTimestamp } from '../timestamps.ts';

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
  for (const [name, member] of Object.entries(shape.members)) {
    const wireName = member.locationName ?? name;
    const notNumber = (text: string) => format.notNumber(wireName, text);
    const value = readBound({ model, notNumber }, member, wireName, request, labels ?? {});
    if (value !== undefined) input[name] = value;
  }
  return { ...input, ...(await readPayload(model, operation.input!, shape, body, format)) };
}

/** How the texts of parameters and headers become values. */
interface Reading {
  readonly model: ServiceModel;
  readonly notNumber: (text: string) => undefined;
}

function readBound(
  reading: Reading,
  member: ShapeRef,
  wireName: string,
  { query, headers }: WireRequest,
  labels: Readonly<Record<string, string>>,
): unknown {
  const { model } = reading;
  const shape = model.shape(member);
  switch (member.location) {
    case 'uri':
      return labels[wireName] === undefined ? undefined : readText(reading, shape, member, labels[wireName]);
    case 'querystring':
      return readQuery(reading, shape, member, wireName, query);
    case 'header': {
      const value = headers[wireName.toLowerCase()];
      if (value === undefined) return undefined;
      if (shape.type !== 'list') return readText(reading, shape, member, value, 'rfc822');
      const item = model.shape(shape.member);
      return value.split(',').map((text) => readText(reading, item, shape.member, text.trim()));
    }
    case 'headers': {
      const prefix = wireName.toLowerCase();
      const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
      return found.length === 0
        ? undefined
        : Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
    }
    default:
      return undefined;
  }
}

function readQuery(
  reading: Reading,
  shape: Shape,
  member: ShapeRef,
  wireName: string,
  query: WireRequest['query'],
): unknown {
  if (shape.type === 'map') {
    return Object.fromEntries([...query].map(([name, values]) => [name, values[0]]));
  }
  const values = query.get(wireName);
  if (!values) return undefined;
  if (shape.type === 'list') {
    const item = reading.model.shape(shape.member);
    return values.map((value) => readText(reading, item, shape.member, value));
  }
  return readText(reading, shape, member, values[0] ?? '', 'iso8601');
}

function readText(
  { notNumber }: Reading,
  shape: Shape,
  ref: ShapeRef,
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
      return text.trim() === '' || Number.isNaN(number) ? notNumber(text) : number;
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
  for (const [name, member] of Object.entries(shape?.members ?? {})) {
    const value = output[name];
    if (value === undefined || value === null) continue;
    if (member.location === 'statusCode') status = value as number;
    else writeHeader(model, member, member.locationName ?? name, value, headers);
  }
  const body = shape && writePayload(model, operation.output!, shape, output, format, headers);
  return { status, headers, body };
}

function writeHeader(
  model: ServiceModel,
  member: ShapeRef,
  wireName: string,
  value: unknown,
  headers: Record<string, string>,
): void {
  if (member.location === 'headers') {
    for (const [name, text] of Object.entries(value as Record<string, string>)) {
      headers[`${wireName}${name}`.toLowerCase()] = text;
    }
  } else if (member.location === 'header') {
    const shape = model.shape(member);
    headers[wireName.toLowerCase()] =
      shape.type === 'timestamp'
        ? String(formatTimestamp(value as Date, member.timestampFormat ?? shape.timestampFormat ?? 'rfc822'))
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
