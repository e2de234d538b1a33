import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { bucket, distributed } from '../../test/support/distributed-map.ts';
import { execute, typesOf } from '../../test/support/engine-fixture.ts';
import type { Json, JsonObject } from '../index.ts';

function reader(
  config: JsonObject,
  key: string,
  files: Record<string, string | Uint8Array>,
  fields: JsonObject = {},
) {
  const machine = distributed({
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: config,
      Parameters: { Bucket: 'b', 'Key.$': '$.key' },
    },
    ...fields,
  });
  return execute(machine, { key, n: 1 }, { objects: bucket(files) });
}

describe('items', () => {
  test.each<[string, JsonObject, string, Record<string, string | Uint8Array>, Json]>([
    [
      'CSV',
      { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
      'a.csv',
      { 'a.csv': 'x,y\n1,2\n\n"3, ""q""",\n5\r\n6,7,8' },
      [
        { x: '1', y: '2' },
        { x: '3, "q"', y: '' },
        { x: '5', y: '' },
        { x: '6', y: '7' },
      ],
    ],
    [
      'CSV with given headers',
      { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['h'], CSVDelimiter: 'TAB' },
      'a',
      { a: 'v\tw' },
      [{ h: 'v' }],
    ],
    ['JSON', { InputType: 'JSON' }, 'a', { a: '[1,{"b":2}]' }, [1, { b: 2 }]],
    [
      'JSON with a pointer',
      { InputType: 'JSON', ItemsPointer: '/data/rows' },
      'a',
      { a: '{"data":{"rows":[7]}}' },
      [7],
    ],
    ['JSON Lines', { InputType: 'JSONL' }, 'a', { a: '{"a":1}\n\n2\n' }, [{ a: 1 }, 2]],
    ['a part', { InputType: 'JSON', MaxItems: 2 }, 'a', { a: '[1,2,3]' }, [1, 2]],
    ['all, with a limit of zero', { InputType: 'JSON', MaxItems: 0 }, 'a', { a: '[1,2,3]' }, [1, 2, 3]],
    ['a part by path', { InputType: 'JSON', MaxItemsPath: '$.n' }, 'a', { a: '[1,2,3]' }, [1]],
    [
      'an inventory',
      { InputType: 'MANIFEST', ManifestType: 'S3_INVENTORY' },
      'manifest.json',
      {
        'manifest.json': JSON.stringify({
          destinationBucket: 'arn:aws:s3:::b',
          fileSchema: 'Bucket, Key',
          files: [{ key: 'd/1.csv.gz' }],
        }),
        'd/1.csv.gz': gzipSync('"b","k1"\n"b","k2"\n'),
      },
      [
        { Bucket: 'b', Key: 'k1' },
        { Bucket: 'b', Key: 'k2' },
      ],
    ],
    [
      'an Athena manifest',
      { InputType: 'MANIFEST', ManifestType: 'ATHENA_DATA' },
      'm.csv',
      { 'm.csv': 's3://b/r1.jsonl\ns3://b/r2.jsonl\n', 'r1.jsonl': '{"a":1}\n', 'r2.jsonl': '{"a":2}\n' },
      [{ a: 1 }, { a: 2 }],
    ],
  ])('of %s', async (_, config, key, files, expected) => {
    expect(await reader(config, key, files)).toMatchObject({ status: 'SUCCEEDED', output: expected });
  });

  test('of a listing', async () => {
    const listing = (fields: JsonObject) =>
      distributed({
        ItemReader: {
          Resource: 'arn:aws:states:::s3:listObjectsV2',
          Parameters: { Bucket: 'b', Prefix: 'd/' },
          ...fields,
        },
      });
    const objects = bucket({ 'd/1': '[1]', 'd/2': '[2,3]', other: '' });
    expect((await execute(listing({}), {}, { objects })).output).toEqual(
      ['d/1', 'd/2'].map((Key) => ({
        Etag: '"e"',
        Key,
        LastModified: 1_700_000_000,
        Size: 3,
        StorageClass: 'STANDARD',
      })),
    );
    const flatten = { ReaderConfig: { InputType: 'JSON', Transformation: 'LOAD_AND_FLATTEN' } };
    expect((await execute(listing(flatten), {}, { objects })).output).toEqual([1, 2, 3]);
  });

  test.each<[string, JsonObject, Record<string, string>, string]>([
    ['a missing file', { InputType: 'JSON' }, {}, 'The specified key does not exist.'],
    ['no list', { InputType: 'JSON' }, { a: '{"x":1}' }, 'Attempting to map over non-iterable node.'],
    ['no JSON', { InputType: 'JSON' }, { a: '{' }, 'The file is not valid JSON'],
    [
      'a header twice',
      { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
      { a: 'x,x\n1,2' },
      'CSV headers cannot contain duplicates.',
    ],
    [
      'an open quote',
      { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
      { a: 'x\n"1' },
      'ends inside a quoted cell',
    ],
    [
      'a wrong pointer',
      { InputType: 'JSON', ItemsPointer: '/no' },
      { a: '{}' },
      'ItemsPointer /no leads nowhere',
    ],
  ])('cannot be read from %s', async (_, config, files, cause) => {
    const ending = await reader(config, 'a', files);
    expect(ending).toMatchObject({ error: 'States.ItemReaderFailed', cause: expect.stringContaining(cause) });
    expect(typesOf(ending.events).slice(-4)).toEqual([
      'MapRunStarted',
      'MapRunFailed',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
  });

  test('cannot be read without an object store', async () => {
    const machine = distributed({
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'JSON' },
        Parameters: { Bucket: 'b', Key: 'k' },
      },
    });
    expect(await execute(machine)).toMatchObject({
      error: 'States.ItemReaderFailed',
      cause: 'no object store is configured, so S3 cannot be read',
    });
  });

  test('are selected, with their source', async () => {
    const selector = {
      ItemSelector: { 'v.$': '$$.Map.Item.Value', 'from.$': '$$.Map.Item.Source', 'n.$': '$.n' },
    };
    expect((await reader({ InputType: 'JSON' }, 'a', { a: '[5]' }, selector)).output).toEqual([
      { v: 5, from: 's3://b/a', n: 1 },
    ]);
  });
});
