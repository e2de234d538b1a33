import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import patches from './patches.json' with { type: 'json' };
import type { ModelMetadata, OperationModel, Shape, ShapeRef, StructureShape } from './shapes.ts';

/** One official service model: its operations and the shapes they speak. */
export interface ServiceModel {
  /** Our name of the model: the data file's name, such as `states` or `forecastquery`. */
  readonly name: string;
  readonly metadata: ModelMetadata;
  readonly operations: Readonly<Record<string, OperationModel>>;
  /** The shape that a reference names. */
  shape(ref: ShapeRef): Shape;
  /** The structure of an operation's input or output, or undefined where it has none. */
  structure(ref: ShapeRef | undefined): StructureShape | undefined;
  /** The model of a declared error by its shape name. */
  error(name: string): StructureShape | undefined;
}

/** A model as it lies in a file. */
export interface RawModel {
  metadata: ModelMetadata;
  operations: Record<string, OperationModel>;
  shapes: Record<string, Shape>;
}

interface Patch {
  /** Why the official model is corrected. */
  reason: string;
  metadata?: Partial<ModelMetadata>;
  removeOperations?: string[];
  /** Constraints that the service itself does not enforce: shape name → trait names. */
  dropTraits?: Record<string, string[]>;
  /** Names of documents' root elements: shape name → element name. */
  rootNames?: Record<string, string>;
  /** Outputs that are their only member, without an element around it. */
  unwrapped?: string[];
  /** Statuses of success: operation name → status. */
  statuses?: Record<string, number>;
  /** Outputs whose status depends on the call: they get a member `StatusCode`. */
  variableStatus?: string[];
  /** Codes on the wire that the model does not name: exception → code. */
  errorCodes?: Record<string, string>;
  /** Operations that the service documents apart from its model. */
  operations?: Record<string, OperationModel>;
  shapes?: Record<string, Shape>;
}

const loaded = new Map<string, ServiceModel>();

/**
 * Loads a service model from the data beside this file, once per process.
 *
 * @param name - the data file's name without ending, such as `s3`
 * @throws when no such model is shipped
 */
export function loadModel(name: string): ServiceModel {
  const known = loaded.get(name);
  if (known) return known;
  const file = new URL(`./data/${name}.json.gz`, import.meta.url);
  const raw = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as RawModel;
  applyPatch(raw, (patches as unknown as Record<string, Patch | undefined>)[name]);
  const model = createModel(name, raw);
  loaded.set(name, model);
  return model;
}

function applyPatch(raw: RawModel, patch: Patch | undefined): void {
  raw.metadata = { ...raw.metadata, ...patch?.metadata };
  for (const operation of patch?.removeOperations ?? []) delete raw.operations[operation];
  for (const [shapeName, traits] of Object.entries(patch?.dropTraits ?? {})) {
    const shape = raw.shapes[shapeName] as Record<string, unknown> | undefined;
    for (const trait of traits) delete shape?.[trait];
  }
  for (const [operation, responseCode] of Object.entries(patch?.statuses ?? {})) {
    const patched = raw.operations[operation]!;
    raw.operations[operation] = { ...patched, http: { ...patched.http, responseCode } };
  }
  Object.assign(raw.operations, patch?.operations);
  Object.assign(raw.shapes, patch?.shapes);
  applyShapePatch(raw, patch);
}

function applyShapePatch(raw: RawModel, patch: Patch | undefined): void {
  for (const [shapeName, locationName] of Object.entries(patch?.rootNames ?? {})) {
    raw.shapes[shapeName] = { ...raw.shapes[shapeName]!, locationName };
  }
  for (const shapeName of patch?.unwrapped ?? []) {
    raw.shapes[shapeName] = { ...(raw.shapes[shapeName] as StructureShape), unwrapped: true };
  }
  for (const [shapeName, code] of Object.entries(patch?.errorCodes ?? {})) {
    const shape = raw.shapes[shapeName] as StructureShape;
    raw.shapes[shapeName] = { ...shape, error: { ...shape.error, code } };
  }
  for (const shapeName of patch?.variableStatus ?? []) {
    const shape = raw.shapes[shapeName] as StructureShape;
    const StatusCode: ShapeRef = { shape: 'PatchedStatusCode', location: 'statusCode' };
    raw.shapes['PatchedStatusCode'] = { type: 'integer' };
    raw.shapes[shapeName] = { ...shape, members: { ...shape.members, StatusCode } };
  }
}

/** Makes a model from its file's content. */
export function createModel(name: string, raw: RawModel): ServiceModel {
  const shape = (ref: ShapeRef): Shape => {
    const found = raw.shapes[ref.shape];
    if (!found) throw new Error(`Model ${name} has no shape ${ref.shape}`);
    return found;
  };
  return {
    name,
    metadata: raw.metadata,
    operations: raw.operations,
    shape,
    structure(ref) {
      if (!ref) return undefined;
      const found = shape(ref);
      if (found.type !== 'structure') throw new Error(`Shape ${ref.shape} of ${name} is no structure`);
      return found;
    },
    error(errorName) {
      const found = raw.shapes[errorName];
      return found?.type === 'structure' && found.exception ? found : undefined;
    },
  };
}
