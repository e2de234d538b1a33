import type { Readable } from 'node:stream';
import { type Json, TaskError } from '@slipway/states';
import type { ServiceModel } from '../../../model/load.ts';
import type { ShapeRef, StructureShape } from '../../../model/shapes.ts';

/**
 * Step Functions writes every member of every API in PascalCase, whatever the API's own notation is,
 * and values as JSON: dates as ISO 8601, bytes as text. These functions go both ways, by the model.
 */

/**
 * A task's arguments as an API input.
 *
 * @throws TaskError for members that the API does not have
 */
export function toApiInput(model: ServiceModel, ref: ShapeRef | undefined, value: Json): unknown {
  if (!ref) return {};
  return readValue(model, ref, value ?? {});
}

function readValue(model: ServiceModel, ref: ShapeRef, value: Json): unknown {
  const shape = model.shape(ref);
  if (value === null) return undefined;
  switch (shape.type) {
    case 'structure':
      return shape.document ? value : readStructure(model, shape, value);
    case 'list':
      if (!Array.isArray(value)) throw wrongArgument(`a list is needed, not ${JSON.stringify(value)}`);
      return value.map((item) => readValue(model, shape.member, item));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Record<string, Json>).map(([key, item]) => [
          key,
          readValue(model, shape.value, item),
        ]),
      );
    case 'blob':
      // A JSON value given as content is sent as its text.
      return new Uint8Array(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
    case 'timestamp':
      return new Date(typeof value === 'number' ? value * 1000 : String(value));
    case 'string':
      return typeof value === 'string' ? value : JSON.stringify(value);
    default:
      return value;
  }
}

function readStructure(model: ServiceModel, shape: StructureShape, value: Json): Record<string, unknown> {
  if (typeof value !== 'object' || Array.isArray(value) || value === null) {
    throw wrongArgument(`an object is needed, not ${JSON.stringify(value)}`);
  }
  const members = new Map(Object.keys(shape.members).map((name) => [pascal(name), name]));
  const input: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const member = members.get(name) ?? (shape.members[name] ? name : undefined);
    if (member === undefined) throw wrongArgument(`The field "${name}" is not supported by Step Functions`);
    if (item !== null) input[member] = readValue(model, shape.members[member]!, item);
  }
  return input;
}

/**
 * An API output as a task's result; streams are read to their end.
 *
 * @param time - how a time is written
 */
export async function toResult(
  model: ServiceModel,
  ref: ShapeRef | undefined,
  value: unknown,
  time: (date: Date) => Json = isoTime,
): Promise<Json> {
  if (!ref) return {};
  return await writeValue({ model, time }, ref, value ?? {});
}

interface Writing {
  readonly model: ServiceModel;
  readonly time: (date: Date) => Json;
}

async function writeValue(writing: Writing, ref: ShapeRef, value: unknown): Promise<Json> {
  const { model, time } = writing;
  const shape = model.shape(ref);
  switch (shape.type) {
    case 'structure': {
      if (shape.document) return value as Json;
      const result: Record<string, Json> = {};
      for (const [name, member] of Object.entries(shape.members)) {
        const item = (value as Record<string, unknown>)[name];
        if (item !== undefined && item !== null)
          result[pascal(name)] = await writeValue(writing, member, item);
      }
      return result;
    }
    case 'list':
      return await Promise.all((value as unknown[]).map((item) => writeValue(writing, shape.member, item)));
    case 'map': {
      const entries = Object.entries(value as Record<string, unknown>).map(
        async ([key, item]) => [key, await writeValue(writing, shape.value, item)] as const,
      );
      return Object.fromEntries(await Promise.all(entries));
    }
    case 'timestamp':
      return time(value as Date);
    case 'blob':
      return (await bytesOf(value as Uint8Array | Readable)).toString('utf8');
    default:
      return value as Json;
  }
}

/** As Java prints an instant: no fraction where there is none. */
export function isoTime(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

async function bytesOf(content: Uint8Array | Readable): Promise<Buffer> {
  if (content instanceof Uint8Array) return Buffer.from(content);
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function wrongArgument(text: string): TaskError {
  return new TaskError('States.Runtime', text);
}
