import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { loadModel } from '../model/load.ts';
import { readRequest } from './request.ts';
import { createRestRouter } from './rest-router.ts';

const s3 = createRestRouter(loadModel('s3'), new Set());
const lambda = createRestRouter(loadModel('lambda'), new Set());

function route(router: typeof s3, method: string, url: string, headers: Record<string, string> = {}) {
  const request = readRequest({ method, url, headers } as unknown as IncomingMessage, 'id');
  const match = router(request, request.path);
  return match && [match.operation.name, match.labels];
}

test.each([
  ['GET', '/', {}, 'ListBuckets'],
  ['PUT', '/b', {}, 'CreateBucket'],
  ['GET', '/b/', {}, 'ListObjects'],
  ['GET', '/b?list-type=2&prefix=x', {}, 'ListObjectsV2'],
  ['GET', '/b?location', {}, 'GetBucketLocation'],
  ['PUT', '/b?notification', {}, 'PutBucketNotificationConfiguration'],
  ['GET', '/b?analytics', {}, 'ListBucketAnalyticsConfigurations'],
  ['GET', '/b?analytics&id=1', {}, 'GetBucketAnalyticsConfiguration'],
  ['POST', '/b?delete', {}, 'DeleteObjects'],
  ['PUT', '/b/k', {}, 'PutObject'],
  ['PUT', '/b/k?x-id=PutObject', {}, 'PutObject'],
  ['PUT', '/b/k', { 'x-amz-copy-source': '/b/j' }, 'CopyObject'],
  ['PUT', '/b/k?partNumber=1&uploadId=u', {}, 'UploadPart'],
  ['PUT', '/b/k?partNumber=1&uploadId=u', { 'x-amz-copy-source': '/b/j' }, 'UploadPartCopy'],
  ['POST', '/b/k?uploads', {}, 'CreateMultipartUpload'],
  ['POST', '/b/k?uploadId=u', {}, 'CompleteMultipartUpload'],
  ['DELETE', '/b/k?uploadId=u', {}, 'AbortMultipartUpload'],
  ['DELETE', '/b/k', {}, 'DeleteObject'],
  ['GET', '/b/k?uploadId=u', {}, 'ListParts'],
  ['GET', '/b/k?attributes', { 'x-amz-object-attributes': 'ETag' }, 'GetObjectAttributes'],
  ['GET', '/b/k?attributes', {}, 'GetObjectAttributes'],
  ['PUT', '/b?inventory', {}, 'PutBucketInventoryConfiguration'],
  ['HEAD', '/b/k', {}, 'HeadObject'],
  ['HEAD', '/b', {}, 'HeadBucket'],
])('S3 %s %s %j is %s', (method, url, headers, operation) => {
  expect(route(s3, method, url, headers)?.[0]).toBe(operation);
});

test('keys arrive exactly as sent', () => {
  const key = (url: string) => (route(s3, 'GET', url)?.[1] as Record<string, string> | undefined)?.['Key'];
  expect(key('/b/a/../b')).toBe('a/../b');
  expect(key('/b//a//')).toBe('/a//');
  expect(key('/b/%2e%2e/%C3%BC%20%2B+')).toBe('../ü ++');
});

test('Lambda paths with and without trailing parts', () => {
  expect(route(lambda, 'POST', '/2015-03-31/functions/f/invocations')).toEqual([
    'Invoke',
    { FunctionName: 'f' },
  ]);
  expect(route(lambda, 'GET', '/2015-03-31/functions/')?.[0]).toBe('ListFunctions');
  expect(route(lambda, 'GET', '/2015-03-31/functions')?.[0]).toBe('ListFunctions');
  expect(
    route(lambda, 'GET', '/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af')?.[1],
  ).toEqual({
    FunctionName: 'arn:aws:lambda:us-east-1:1:function:f',
  });
});
