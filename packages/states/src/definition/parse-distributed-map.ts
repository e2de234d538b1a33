import type {
  CsvOptions,
  DistributedMap,
  ItemBatcher,
  ItemReader,
  QueryLanguage,
  ResultWriter,
} from './model.ts';
import type { ObjectReader } from './object-reader.ts';
import { readField, readTemplate } from './parse-template.ts';
import type { Template } from './template.ts';

const delimiters = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' } as const;
const readerConfigFields = new Set([
  ...['InputType', 'Transformation', 'ManifestType', 'CSVDelimiter', 'CSVHeaderLocation', 'CSVHeaders'],
  ...['ItemsPointer', 'MaxItems', 'MaxItemsPath'],
]);
const batcherFields = new Set([
  ...['MaxItemsPerBatch', 'MaxItemsPerBatchPath', 'MaxInputBytesPerBatch', 'MaxInputBytesPerBatchPath'],
  'BatchInput',
]);
/** A Label may not hold white space, wildcards, brackets, these specials or control characters. */
const forbiddenInLabel = /[\s?*<>{}[\]:;,\\|^~$#%&`"\p{Cc}]/u;
const none: Template = { kind: 'literal', value: {} };

/** The fields that only a Map in DISTRIBUTED mode has. */
export function readDistributedMap(
  reader: ObjectReader,
  config: ObjectReader | undefined,
  language: QueryLanguage,
): DistributedMap {
  const place = { reader, language };
  return {
    executionType: config?.oneOf('ExecutionType', ['STANDARD', 'EXPRESS']) ?? 'STANDARD',
    label: readLabel(reader),
    reader: readItemReader(reader.child('ItemReader'), language),
    batcher: readBatcher(reader.child('ItemBatcher'), language),
    writer: readWriter(reader.child('ResultWriter'), language),
    toleratedFailureCount: readField(place, 'ToleratedFailureCount', () =>
      reader.number('ToleratedFailureCount'),
    ),
    toleratedFailurePercentage: readField(place, 'ToleratedFailurePercentage', () =>
      reader.number('ToleratedFailurePercentage', { most: 100, fraction: true }),
    ),
  };
}

function readLabel(reader: ObjectReader): string | undefined {
  const label = reader.string('Label');
  if (label === undefined) return undefined;
  if (label.length > 40) reader.fail('Label cannot exceed 40 characters', 'Label');
  if (label === '') reader.fail('Label cannot be empty', 'Label');
  if (forbiddenInLabel.test(label)) reader.fail('Label contains invalid characters', 'Label');
  return label;
}

function readItemReader(reader: ObjectReader | undefined, language: QueryLanguage): ItemReader | undefined {
  if (reader === undefined) return undefined;
  reader.allow(new Set(['Resource', 'ReaderConfig', argumentsField(language)]));
  reader.require('Resource');
  const action = readS3Action(reader, ['getObject', 'listObjectsV2']);
  const config = reader.child('ReaderConfig');
  config?.allow(readerConfigFields);
  const inputType = config?.oneOf('InputType', ['CSV', 'JSON', 'JSONL', 'PARQUET', 'MANIFEST']);
  if (inputType === 'PARQUET') {
    config?.fail('PARQUET is not supported by this version; use CSV, JSON, JSONL or MANIFEST', 'InputType');
  }
  if (action === 'getObject' && inputType === undefined) config?.require('InputType');
  const configPlace =
    config === undefined ? undefined : { reader: config, language, prefix: 'ItemReader/ReaderConfig/' };
  return {
    action: action ?? 'getObject',
    arguments: readTemplate({ reader, language, prefix: 'ItemReader/' }, argumentsField(language)) ?? none,
    inputType: inputType === 'PARQUET' ? undefined : inputType,
    csv: readCsvOptions(config),
    maxItems:
      configPlace && readField(configPlace, 'MaxItems', (at) => at.number('MaxItems', { most: 100_000_000 })),
    itemsPointer: config?.string('ItemsPointer'),
    transformation: config?.oneOf('Transformation', ['NONE', 'LOAD_AND_FLATTEN']) ?? 'NONE',
    manifestType: config?.oneOf('ManifestType', ['ATHENA_DATA', 'S3_INVENTORY']),
  };
}

function readCsvOptions(config: ObjectReader | undefined): CsvOptions {
  const location = config?.oneOf('CSVHeaderLocation', ['FIRST_ROW', 'GIVEN']);
  const headers = config?.strings('CSVHeaders');
  if (location === 'GIVEN') config?.require('CSVHeaders');
  const delimiter = config?.oneOf('CSVDelimiter', Object.keys(delimiters) as (keyof typeof delimiters)[]);
  return {
    delimiter: delimiters[delimiter ?? 'COMMA'],
    headers: location === 'GIVEN' ? headers : undefined,
  };
}

function readBatcher(reader: ObjectReader | undefined, language: QueryLanguage): ItemBatcher | undefined {
  if (reader === undefined) return undefined;
  reader.allow(batcherFields);
  const place = { reader, language, prefix: 'ItemBatcher/' };
  const maxItems = readField(place, 'MaxItemsPerBatch', () =>
    reader.number('MaxItemsPerBatch', { least: 1 }),
  );
  const maxBytes = readField(place, 'MaxInputBytesPerBatch', () =>
    reader.number('MaxInputBytesPerBatch', { least: 1, most: 262_144 }),
  );
  if (maxItems === undefined && maxBytes === undefined) {
    reader.fail('You must set at least one of these fields: [MaxItemsPerBatch, MaxInputBytesPerBatch]');
  }
  return { maxItems, maxBytes, batchInput: readTemplate(place, 'BatchInput') };
}

function readWriter(reader: ObjectReader | undefined, language: QueryLanguage): ResultWriter | undefined {
  if (reader === undefined) return undefined;
  reader.allow(new Set(['Resource', 'WriterConfig', argumentsField(language)]));
  if (reader.has('Resource')) readS3Action(reader, ['putObject']);
  else if (!reader.has('WriterConfig')) reader.require('Resource');
  const config = reader.child('WriterConfig');
  config?.allow(new Set(['Transformation', 'OutputType']));
  return {
    destination: reader.has('Resource')
      ? readTemplate({ reader, language, prefix: 'ResultWriter/' }, argumentsField(language))
      : undefined,
    transformation: config?.oneOf('Transformation', ['NONE', 'COMPACT', 'FLATTEN']),
    outputType: config?.oneOf('OutputType', ['JSON', 'JSONL']) ?? 'JSON',
  };
}

function argumentsField(language: QueryLanguage): 'Arguments' | 'Parameters' {
  return language === 'JSONata' ? 'Arguments' : 'Parameters';
}

function readS3Action<T extends string>(reader: ObjectReader, actions: readonly T[]): T | undefined {
  const arn = reader.string('Resource');
  const action = actions.find(
    (name) =>
      arn !== undefined && /^arn:[a-z-]+:states:[^:]*:[^:]*:s3:/.test(arn) && arn.endsWith(`:${name}`),
  );
  if (arn !== undefined && action === undefined) {
    reader.fail(
      `The resource provided ${arn} is not recognized. Expected s3:${actions.join(' or s3:')}`,
      'Resource',
    );
  }
  return action;
}
