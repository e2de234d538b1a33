import { expect, test } from 'vitest';
import type { BusEvent } from '../event.ts';
import { checkInput, targetInput } from './input.ts';

const EVENT: BusEvent = {
  version: '0',
  id: 'e-1',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  account: '123456789012',
  time: '2026-11-21T12:00:00Z',
  region: 'us-east-1',
  resources: ['arn:aws:s3:::data'],
  detail: {
    bucket: { name: 'data' },
    object: { key: 'raw/"x".zip', size: 5 },
    tags: ['a', 'b'],
    flag: true,
    nothing: null,
  },
};
const FACTS = {
  ruleArn: 'arn:aws:events:us-east-1:123456789012:rule/r',
  ruleName: 'r',
  ingested: Date.UTC(2026, 10, 21, 12, 0, 1, 500),
};
const PATHS = {
  bucket: '$.detail.bucket.name',
  key: '$.detail.object.key',
  size: '$.detail.object.size',
  object: '$.detail.bucket',
  tags: '$.detail.tags',
  flag: '$.detail.flag',
  missing: '$.detail.none',
  type: "$['detail-type']",
  first: '$.resources[0]',
};

function made(InputTemplate: string): string {
  return targetInput(
    { Id: 't', Arn: 'a', InputTransformer: { InputPathsMap: PATHS, InputTemplate } },
    EVENT,
    FACTS,
  );
}

test.each([
  ['"Bucket <bucket> of <type>"', '"Bucket data of Object Created"'],
  ['{"bucket": <bucket>, "size": <size>}', '{"bucket": "data", "size": 5}'],
  ['{"message": "size <size>, key <key>"}', '{"message": "size 5, key raw/\\"x\\".zip"}'],
  [
    '{"object": <object>, "tags": <tags>, "flag": <flag>}',
    '{"object": {"name":"data"}, "tags": ["a","b"], "flag": true}',
  ],
  ['"<object> and <tags>"', '"{name:data} and [a,b]"'],
  ['{"missing": <missing>, "text": "-<missing>-"}', '{"missing": "", "text": "--"}'],
  ['{"arn": <first>}', '{"arn": "arn:aws:s3:::data"}'],
  ['"one <size>"\n"two <flag>"', '"one 5"\n"two true"'],
  ['"{[/ <aws.events.rule-name> <aws.events.event.ingestion-time>"', '"{[/ r 2026-11-21T12:00:01Z"'],
  ['{"less": "a < b", "rule": <aws.events.rule-arn>}', `{"less": "a < b", "rule": "${FACTS.ruleArn}"}`],
])('the template %s', (template, expected) => {
  expect(made(template)).toBe(expected);
});

test('the event itself comes without its detail, or whole', () => {
  const both = JSON.parse(made('{"event": <aws.events.event>, "json": <aws.events.event.json>}')) as {
    event: object;
    json: object;
  };
  expect(both.json).toEqual(EVENT);
  expect(both.event).not.toHaveProperty('detail');
  expect(both.event).toMatchObject({ detailType: 'Object Created', source: 'aws.s3' });
});

test('without a transformer: all, a part, a constant', () => {
  const input = (target: object) => targetInput({ Id: 't', Arn: 'a', ...target }, EVENT, FACTS);
  expect(JSON.parse(input({}))).toEqual(EVENT);
  expect(input({ InputPath: '$.detail.bucket' })).toBe('{"name":"data"}');
  expect(input({ InputPath: '$.source' })).toBe('"aws.s3"');
  expect(input({ Input: '{"a":1}' })).toBe('{"a":1}');
});

test.each([
  [{ Input: '{', Id: 'one' }, 'JSON syntax error in input for target one'],
  [
    { Input: '{}', InputPath: '$' },
    'Only one of Input, InputPath, or InputTransformer must be provided for target t.',
  ],
  [
    { InputTransformer: { InputTemplate: '"<nobody>"' } },
    'InputTemplate for target t contains invalid placeholder nobody.',
  ],
  [{ InputPath: 'detail' }, 'Invalid InputPath for target t.'],
])('%j is refused', (target, message) => {
  expect(() => checkInput({ Id: 't', Arn: 'a', ...target })).toThrow(message);
});
