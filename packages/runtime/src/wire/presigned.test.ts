import { expect, test } from 'vitest';
import { checkPresigned, headersInQuery } from './presigned.ts';
import { parseQuery } from './request.ts';

const SIGNED = Date.UTC(2026, 10, 21, 10, 0, 0);
const version4 = (seconds: string) =>
  parseQuery(`X-Amz-Date=20261121T100000Z&X-Amz-Expires=${seconds}&X-Amz-Signature=0&X-Amz-Credential=c`);

test('a URL is good until its time is over, in both signature versions', () => {
  checkPresigned(version4('60'), SIGNED + 60_000);
  expect(() => checkPresigned(version4('60'), SIGNED + 60_001)).toThrow('Request has expired');
  const version2 = parseQuery(`AWSAccessKeyId=a&Signature=s&Expires=${SIGNED / 1000}`);
  checkPresigned(version2, SIGNED);
  expect(() => checkPresigned(version2, SIGNED + 1)).toThrow('Request has expired');
  checkPresigned(parseQuery('Expires=1'), SIGNED);
});

test.each(['-1', 'soon', '604801'])('a time of %s seconds is refused', (seconds) => {
  expect(() => checkPresigned(version4(seconds), SIGNED)).toThrow('X-Amz-Expires');
});

test('headers travel in the query of presigned URLs only', () => {
  const text = 'x-amz-meta-owner=ann&X-Amz-Storage-Class=GLACIER&prefix=x&X-Amz-Date=d';
  expect(headersInQuery(parseQuery(text))).toEqual({});
  expect(headersInQuery(parseQuery(`${text}&X-Amz-Signature=0`))).toEqual({
    'x-amz-meta-owner': 'ann',
    'x-amz-storage-class': 'GLACIER',
  });
});
