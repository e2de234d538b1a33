import { gunzipSync } from 'node:zlib';
import type { ItemReader } from '../definition/model.ts';
import type { MapItem } from '../engine/flow.ts';
import { StateFailure, TaskError } from '../failures.ts';
import { isObject, type Json, type JsonObject, ownValue } from '../json.ts';
import { CsvError, parseCsv } from './csv.ts';
import type { ObjectStore, ObjectSummary } from './object-store.ts';

/** An item and where it comes from: the URI of its file. */
export type SourcedItem = MapItem & { readonly source: string };

export interface ReadRequest {
  /** Bucket, Key or Prefix, as Parameters or Arguments gave them. */
  readonly parameters: Json;
  /** Zero, like undefined, means all. */
  readonly maxItems: number | undefined;
  readonly roleArn: string;
}

/**
 * Reads the dataset of a Distributed Map.
 * @throws StateFailure `States.ItemReaderFailed`
 */
export async function readItems(
  objects: ObjectStore | undefined,
  reader: ItemReader,
  request: ReadRequest,
): Promise<SourcedItem[]> {
  if (objects === undefined) throw readerFailure('no object store is configured, so S3 cannot be read');
  try {
    const items =
      reader.action === 'listObjectsV2'
        ? await readListing(objects, reader, request)
        : await readFile(objects, reader, request, textParameter(request.parameters, 'Key'));
    return request.maxItems === 0 ? items : items.slice(0, request.maxItems);
  } catch (error) {
    if (error instanceof StateFailure) throw error;
    if (error instanceof TaskError) throw readerFailure(error.causeText ?? error.error);
    throw readerFailure(error instanceof Error ? error.message : String(error));
  }
}

export function readerFailure(cause: string): StateFailure {
  return new StateFailure({ error: 'States.ItemReaderFailed', cause }, { verbatim: true });
}

/** Every object below the prefix is an item, or, with LOAD_AND_FLATTEN, its content is. */
async function readListing(
  objects: ObjectStore,
  reader: ItemReader,
  request: ReadRequest,
): Promise<SourcedItem[]> {
  const bucket = textParameter(request.parameters, 'Bucket');
  const prefix = isObject(request.parameters) ? (ownValue(request.parameters, 'Prefix') ?? '') : '';
  const found = await objects.list({ bucket, prefix: String(prefix), roleArn: request.roleArn });
  if (reader.transformation === 'NONE') {
    return found.map((summary) => ({
      value: listedObject(summary),
      source: `s3://${bucket}/${summary.key}`,
    }));
  }
  const items: SourcedItem[] = [];
  for (const { key } of found) items.push(...(await readFile(objects, reader, request, key)));
  return items;
}

/** The members that ListObjectsV2 gives; LastModified in seconds, as the developer guide shows it. */
function listedObject({ key, etag, size, lastModified, storageClass }: ObjectSummary): JsonObject {
  return {
    Etag: etag,
    Key: key,
    LastModified: Math.floor(lastModified / 1000),
    Size: size,
    StorageClass: storageClass,
  };
}

async function readFile(
  objects: ObjectStore,
  reader: ItemReader,
  request: ReadRequest,
  key: string,
): Promise<SourcedItem[]> {
  const bucket = textParameter(request.parameters, 'Bucket');
  const versionId = isObject(request.parameters) ? ownValue(request.parameters, 'VersionId') : undefined;
  const bytes = await objects.get({
    bucket,
    key,
    roleArn: request.roleArn,
    ...(typeof versionId === 'string' ? { versionId } : {}),
  });
  if (reader.inputType === 'MANIFEST') return readManifest(objects, reader, request, decode(bytes, key));
  const source = `s3://${bucket}/${key}`;
  return parseItems(reader, decode(bytes, key)).map((item) => ({ ...item, source }));
}

function parseItems(reader: ItemReader, text: string): MapItem[] {
  switch (reader.inputType) {
    case 'CSV':
      return csvRows(text, reader).map((value) => ({ value }));
    case 'JSONL':
      return text.split(/\r?\n/).flatMap((line) => (line.trim() === '' ? [] : [{ value: parseJson(line) }]));
    default:
      return jsonItems(parseJson(text), reader.itemsPointer);
  }
}

/**
 * A manifest names the files that hold the items: an S3 inventory lists them in `files` with their
 * column names in `fileSchema`, an Athena manifest has one `s3://` URI in each line.
 */
async function readManifest(
  objects: ObjectStore,
  reader: ItemReader,
  request: ReadRequest,
  text: string,
): Promise<SourcedItem[]> {
  const isInventory = reader.manifestType !== 'ATHENA_DATA';
  const files = isInventory ? inventoryFiles(parseJson(text), reader) : athenaFiles(text, reader);
  const items: SourcedItem[] = [];
  for (const { bucket, key, contents } of files) {
    const bytes = await objects.get({ bucket, key, roleArn: request.roleArn });
    const source = `s3://${bucket}/${key}`;
    items.push(...parseItems(contents, decode(bytes, key)).map((item) => ({ ...item, source })));
  }
  return items;
}

interface ManifestFile {
  readonly bucket: string;
  readonly key: string;
  readonly contents: ItemReader;
}

function inventoryFiles(manifest: Json, reader: ItemReader): ManifestFile[] {
  const bucket = bucketName(textParameter(manifest, 'destinationBucket'));
  const headers = textParameter(manifest, 'fileSchema')
    .split(',')
    .map((column) => column.trim());
  const files = isObject(manifest) ? ownValue(manifest, 'files') : undefined;
  if (!Array.isArray(files)) throw readerFailure("the manifest has no array 'files'");
  const contents: ItemReader = { ...reader, inputType: 'CSV', csv: { delimiter: ',', headers } };
  return files.map((file) => ({ bucket, key: textParameter(file, 'key'), contents }));
}

function athenaFiles(text: string, reader: ItemReader): ManifestFile[] {
  const uris = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return uris.map((uri) => {
    const [, bucket, key] = /^"?s3:\/\/([^/]+)\/(.+?)"?$/.exec(uri.trim()) ?? [];
    if (bucket === undefined || key === undefined)
      throw readerFailure(`the manifest names no S3 object: ${uri}`);
    const inputType = key.replace(/\.gz$/, '').endsWith('.csv') ? 'CSV' : 'JSONL';
    return { bucket, key, contents: { ...reader, inputType } };
  });
}

/** An inventory names its bucket by ARN. */
function bucketName(bucket: string): string {
  return bucket.replace(/^arn:[a-z-]+:s3:::/, '');
}

function csvRows(text: string, reader: ItemReader): JsonObject[] {
  try {
    return parseCsv(text, reader.csv);
  } catch (error) {
    if (error instanceof CsvError) throw readerFailure(error.message);
    throw error;
  }
}

function jsonItems(document: Json, pointer: string | undefined): MapItem[] {
  const collection = pointer === undefined ? document : atPointer(document, pointer);
  if (Array.isArray(collection)) return collection.map((value) => ({ value }));
  if (pointer !== undefined && isObject(collection)) {
    return Object.entries(collection).map(([key, value]) => ({ key, value }));
  }
  // Recorded for an object at the root of the file.
  throw readerFailure('Attempting to map over non-iterable node.');
}

function atPointer(document: Json, pointer: string): Json {
  let value: Json | undefined = document;
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    value = Array.isArray(value) ? value[Number(key)] : isObject(value) ? ownValue(value, key) : undefined;
  }
  if (value === undefined) throw readerFailure(`ItemsPointer ${pointer} leads nowhere in the file.`);
  return value;
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw readerFailure(`The file is not valid JSON: ${(error as SyntaxError).message}`);
  }
}

function decode(bytes: Uint8Array, key: string): string {
  return new TextDecoder().decode(key.endsWith('.gz') ? gunzipSync(bytes) : bytes);
}

export function textParameter(parameters: Json, name: string): string {
  const value = isObject(parameters) ? ownValue(parameters, name) : undefined;
  if (typeof value !== 'string')
    throw readerFailure(`'${name}' must be a string, but was ${JSON.stringify(value ?? null)}`);
  return value;
}
