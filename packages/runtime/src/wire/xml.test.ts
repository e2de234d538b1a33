import { expect, test } from 'vitest';
import { loadModel } from '../model/load.ts';
import { readXml, writeXml } from './xml.ts';

const s3 = loadModel('s3');

test('keys survive XML with every character that XML escapes or normalises', () => {
  const keys = ['a&b<c>"d\'', ' leading and trailing ', 'line\nbreak\rreturn', 'ünïcödé 日本 🙂', '&amp;'];
  const text = writeXml(
    s3,
    { shape: 'Delete' },
    { Objects: keys.map((Key) => ({ Key })), Quiet: true },
    'Delete',
  );
  expect(readXml(s3, { shape: 'Delete' }, text)).toEqual({
    Objects: keys.map((Key) => ({ Key })),
    Quiet: true,
  });
});

test('flattened lists, nested lists, attributes and dates are read as the model says', () => {
  const text = `<?xml version="1.0"?>
    <NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <CloudFunctionConfiguration><Id>a</Id>
        <CloudFunction>arn:aws:lambda:us-east-1:000000000000:function:f</CloudFunction>
        <Event>s3:ObjectCreated:*</Event><Event>s3:ObjectRemoved:*</Event>
        <Filter><S3Key><FilterRule><Name>prefix</Name><Value>raw/</Value></FilterRule>
          <FilterRule><Name>suffix</Name><Value>.zip</Value></FilterRule></S3Key></Filter>
      </CloudFunctionConfiguration><EventBridgeConfiguration/></NotificationConfiguration>`;
  expect(readXml(s3, { shape: 'NotificationConfiguration' }, text)).toEqual({
    LambdaFunctionConfigurations: [
      {
        Id: 'a',
        LambdaFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
        Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'],
        Filter: {
          Key: {
            FilterRules: [
              { Name: 'prefix', Value: 'raw/' },
              { Name: 'suffix', Value: '.zip' },
            ],
          },
        },
      },
    ],
    EventBridgeConfiguration: {},
  });
});

test('what is no XML is refused', () => {
  expect(() => readXml(s3, { shape: 'Delete' }, '<Delete><Object>')).toThrow('not well-formed');
  expect(() => readXml(s3, { shape: 'Delete' }, 'plain')).toThrow('not well-formed');
});

test('control characters are written as references, which S3 clients read', () => {
  expect(writeXml(s3, { shape: 'ObjectKey' }, 'a\u0001\tb\u0000', 'Key')).toBe(
    '<Key>a&#x1;&#x9;b&#x0;</Key>',
  );
});
