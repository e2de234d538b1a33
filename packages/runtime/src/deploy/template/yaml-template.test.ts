import { expect, test } from 'vitest';
import { parseYaml } from './yaml-template.ts';

test('short forms, nested and in every notation', () => {
  expect(
    parseYaml(`
a: !Ref X
b: !GetAtt A.B.C
c: !GetAtt [A, B]
d: !Sub
  - x
  - { Y: !Ref Z }
e: !If [C, !Ref AWS::NoValue, { F: !Base64 text }]
f: !ImportValue
  Fn::Sub: name
g: !Condition Cond
h: !Sub >-
  two
  lines
`),
  ).toEqual({
    a: { Ref: 'X' },
    b: { 'Fn::GetAtt': ['A', 'B.C'] },
    c: { 'Fn::GetAtt': ['A', 'B'] },
    d: { 'Fn::Sub': ['x', { Y: { Ref: 'Z' } }] },
    e: { 'Fn::If': ['C', { Ref: 'AWS::NoValue' }, { F: { 'Fn::Base64': 'text' } }] },
    f: { 'Fn::ImportValue': { 'Fn::Sub': 'name' } },
    g: { Condition: 'Cond' },
    h: { 'Fn::Sub': 'two lines' },
  });
});

test('scalars stay what their author meant', () => {
  expect(
    parseYaml(
      'version: 2010-09-09\naccount: 000000000012\nyes: on\nnumber: 12\nlong: 123456789012345678901\ntext: "5"\nkey 1: true',
    ),
  ).toEqual({
    version: '2010-09-09',
    account: '000000000012',
    yes: 'on',
    number: 12,
    long: '123456789012345678901',
    text: '5',
    'key 1': true,
  });
});

test.each([
  ['a: &x 1\nb: *x', 'YAML aliases are not allowed'],
  ['a: 1\na: 2', 'YAML not well-formed. (line 2, column 1)'],
  ['a: {', 'YAML not well-formed.'],
])('%j is refused', (text, message) => {
  expect(() => parseYaml(text)).toThrow(message);
});
