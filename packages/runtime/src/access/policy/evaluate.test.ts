import { expect, test } from 'vitest';
import type { RawStatement } from './document.ts';
import { type AccessRequest, evaluate, type Policies } from './evaluate.ts';
import { PolicySet } from './policy-set.ts';

const ACCOUNT = '111122223333';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/service/worker`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/worker/one`;

const ROLE_SESSION = { kind: 'role', account: ACCOUNT, arn: SESSION, roleArn: ROLE } as const;
const USER = { kind: 'user', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/ann` } as const;
const ROOT = { kind: 'account', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` } as const;
const S3_SERVICE = { kind: 'service', account: ACCOUNT, arn: 's3.amazonaws.com' } as const;

/** A policy variable; written so, because to the linter it looks like a template gone wrong. */
const variable = (name: string) => `\${${name}}`;

const OBJECT = 'arn:aws:s3:::data/input/a.csv';
const READ = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' };

function set(...Statement: RawStatement[]): PolicySet {
  return new PolicySet([{ name: 'p', document: JSON.stringify({ Version: '2012-10-17', Statement }) }]);
}

function ask(
  policies: Policies,
  request: Partial<Omit<AccessRequest, 'lookup'>> & { keys?: Record<string, string | string[]> } = {},
): string {
  const { keys = {}, ...rest } = request;
  const values = new Map(Object.entries(keys).map(([key, value]) => [key.toLowerCase(), [value].flat()]));
  const decision = evaluate(
    {
      principal: ROLE_SESSION,
      action: 's3:GetObject',
      resources: [OBJECT],
      account: ACCOUNT,
      lookup: (key) => values.get(key),
      ...rest,
    },
    policies,
  );
  if (decision.allowed) return 'allow';
  return `${decision.by ? 'explicit' : 'missing'} ${decision.kind}`;
}

test.each<[name: string, statement: RawStatement, verdict: boolean]>([
  ['the action by its name', READ, true],
  ['whatever the case of its letters', { ...READ, Action: 'S3:getobject' }, true],
  ['by a pattern', { ...READ, Action: ['s3:Get*'] }, true],
  ['by all actions', { ...READ, Action: '*' }, true],
  ['not by another action', { ...READ, Action: 's3:GetObjectAcl' }, false],
  ['not another case of the resource', { ...READ, Resource: 'arn:aws:s3:::Data/*' }, false],
  ['by a single character', { ...READ, Resource: 'arn:aws:s3:::data/input/?.csv' }, true],
  ['by an ARN with too few parts', { ...READ, Resource: 'arn:aws:s3' }, true],
  ['by a wildcard at the end of a part, beyond its colon', { ...READ, Resource: 'arn:aws:s3:*' }, true],
  ['not by a wildcard within a part, beyond its colon', { ...READ, Resource: 'arn:*s3:data/*' }, false],
  ['everything but', { Effect: 'Allow', NotAction: 's3:Put*', Resource: '*' }, true],
  ['not what is left out', { Effect: 'Allow', NotAction: 's3:Get*', Resource: '*' }, false],
  ['all resources but', { ...READ, Resource: undefined, NotResource: 'arn:aws:s3:::logs/*' } as never, true],
  [
    'not the resource that is left out',
    { ...READ, Resource: undefined, NotResource: OBJECT } as never,
    false,
  ],
  [
    'with a variable',
    { ...READ, Resource: `arn:aws:s3:::data/${variable('aws:PrincipalTag/area')}/*` },
    true,
  ],
  [
    'with a default',
    { ...READ, Resource: `arn:aws:s3:::data/${variable("aws:PrincipalTag/none, 'input'")}/*` },
    true,
  ],
  [
    'not with a variable without value',
    { ...READ, Resource: `arn:aws:s3:::${variable('aws:username')}/*` },
    false,
  ],
  ['not with a literal star', { ...READ, Resource: `arn:aws:s3:::data/${variable('*')}` }, false],
])('an identity policy allows %s', (_name, statement, allowed) => {
  const keys = { 'aws:PrincipalTag/area': 'input' };
  expect(ask({ identity: set(statement) }, { keys })).toBe(allowed ? 'allow' : 'missing identity');
});

test.each<[condition: Record<string, Record<string, string | string[]>>, holds: boolean]>([
  [{ StringEquals: { 'S3:Prefix': ['a/', 'b/'] } }, true],
  [{ StringEquals: { 's3:prefix': 'A/' } }, false],
  [{ StringEqualsIgnoreCase: { 's3:prefix': 'A/' } }, true],
  [{ StringNotEquals: { 's3:prefix': ['b/', 'c/'] } }, true],
  [{ StringNotEquals: { 's3:prefix': ['a/', 'c/'] } }, false],
  [{ StringNotEquals: { 's3:none': 'a' } }, true],
  [{ StringEquals: { 's3:none': 'a' } }, false],
  [{ StringEqualsIfExists: { 's3:none': 'a' } }, true],
  [{ StringEqualsIfExists: { 's3:prefix': 'b/' } }, false],
  [{ StringLike: { 's3:prefix': '?/*' } }, true],
  [{ StringNotLike: { 's3:prefix': 'a*' } }, false],
  [{ StringEquals: { 's3:prefix': '*' } }, false],
  [{ Null: { 's3:none': 'true' } }, true],
  [{ Null: { 's3:prefix': 'true' } }, false],
  [{ Null: { 's3:prefix': 'false' } }, true],
  [{ NumericLessThanEquals: { 's3:max-keys': '10' } }, true],
  [{ NumericGreaterThan: { 's3:max-keys': '10' } }, false],
  [{ NumericEquals: { 's3:prefix': '10' } }, false],
  [{ DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } }, true],
  [{ DateGreaterThan: { 'aws:EpochTime': '1700000000' } }, true],
  [{ Bool: { 'aws:SecureTransport': 'true' } }, true],
  [{ Bool: { 'aws:SecureTransport': 'false' } }, false],
  [{ IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '127.0.0.0/8'] } }, true],
  [{ NotIpAddress: { 'aws:SourceIp': '127.0.0.1' } }, false],
  [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/service/*' } }, true],
  [{ ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*' } }, false],
  [{ ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/other/*' } }, true],
  [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['one', 'two', 'three'] } }, true],
  [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['one'] } }, false],
  [{ 'ForAllValues:StringEquals': { 's3:none': ['one'] } }, true],
  [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['two', 'four'] } }, true],
  [{ 'ForAnyValue:StringEquals': { 's3:none': ['two'] } }, false],
  [{ 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': ['one'] } }, true],
  [{ 'ForAllValues:StringNotEquals': { 'aws:TagKeys': ['one'] } }, false],
  [{ StringEquals: { 's3:prefix': 'a/' }, Bool: { 'aws:SecureTransport': 'false' } }, false],
  [{ StringEquals: { 's3:prefix': `${variable('s3:same')}` } }, true],
  [{ StringMadeUp: { 's3:prefix': 'a/' } }, false],
])('the condition %j holds: %s', (Condition, holds) => {
  const keys = {
    's3:prefix': 'a/',
    's3:same': 'a/',
    's3:max-keys': '10',
    'aws:CurrentTime': '2026-11-21T12:00:00Z',
    'aws:EpochTime': '1795262400',
    'aws:SecureTransport': 'true',
    'aws:SourceIp': '127.0.0.1',
    'aws:PrincipalArn': ROLE,
    'aws:TagKeys': ['one', 'two'],
  };
  const verdict = ask({ identity: set({ ...READ, Condition }) }, { keys });
  expect(verdict).toBe(holds ? 'allow' : 'missing identity');
});

test('an old document has no variables', () => {
  const statement = { Effect: 'Allow', Action: '*', Resource: `arn:aws:s3:::data/${variable('x')}` };
  const identity = new PolicySet([{ name: 'old', document: JSON.stringify({ Statement: [statement] }) }]);
  expect(ask({ identity }, { resources: [`arn:aws:s3:::data/${variable('x')}`] })).toBe('allow');
});

test('an explicit denial wins over every allowance, wherever it is', () => {
  const deny = set({ ...READ, Effect: 'Deny' });
  const denyAll = set({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' });
  const identity = set(READ);
  expect(ask({ identity: set(READ, { ...READ, Effect: 'Deny' }) })).toBe('explicit identity');
  expect(ask({ identity, resource: denyAll })).toBe('explicit resource');
  expect(ask({ identity, boundary: deny })).toBe('explicit boundary');
  expect(ask({ identity, session: deny })).toBe('explicit session');
  expect(ask({ resource: denyAll }, { principal: ROOT })).toBe('explicit resource');
});

test('boundaries and session policies limit what the identity may do', () => {
  const identity = set(READ);
  const other = set({ ...READ, Action: 's3:PutObject' });
  expect(ask({ identity, boundary: set(READ), session: set(READ) })).toBe('allow');
  expect(ask({ identity, boundary: other })).toBe('missing boundary');
  expect(ask({ identity, session: other })).toBe('missing session');
  expect(ask({ boundary: set(READ) })).toBe('missing identity');
});

test.each<[name: string, Principal: RawStatement['Principal'], alone: string, bounded: string]>([
  // alone: without identity policies; bounded: with a boundary that does not allow it.
  ['its session', { AWS: SESSION }, 'allow', 'allow'],
  ['the role', { AWS: [ROLE] }, 'allow', 'missing boundary'],
  ['everybody', '*', 'allow', 'missing boundary'],
  ['the account', { AWS: ACCOUNT }, 'missing identity', 'missing identity'],
  ['the account by its root', { AWS: ROOT.arn }, 'missing identity', 'missing identity'],
  ['another role', { AWS: `${ROLE}-2` }, 'missing identity', 'missing identity'],
  ['a service', { Service: 's3.amazonaws.com' }, 'missing identity', 'missing identity'],
])('within an account, a policy of the resource that names %s', (_name, Principal, alone, bounded) => {
  const resource = set({ ...READ, Principal: Principal! });
  const boundary = set({ ...READ, Action: 's3:PutObject' });
  expect(ask({ resource })).toBe(alone);
  expect(ask({ resource, boundary })).toBe(bounded);
});

test('across accounts both sides have to allow', () => {
  const account = '999999999999';
  const identity = set(READ);
  const resource = set({ ...READ, Principal: { AWS: ACCOUNT } });
  expect(ask({ identity, resource }, { account })).toBe('allow');
  expect(ask({ identity }, { account })).toBe('missing resource');
  expect(ask({ resource }, { account })).toBe('missing identity');
  expect(ask({ resource: set({ ...READ, Principal: { AWS: SESSION } }) }, { account })).toBe(
    'missing identity',
  );
});

test('NotPrincipal leaves out who is listed with everything that it is', () => {
  const deny = (...AWS: string[]) =>
    set({ Effect: 'Deny', NotPrincipal: { AWS }, Action: '*', Resource: '*' });
  const identity = set(READ);
  expect(ask({ identity, resource: deny(ROOT.arn, ROLE, SESSION) })).toBe('allow');
  expect(ask({ identity, resource: deny(ROLE) })).toBe('explicit resource');
  expect(ask({ identity, resource: deny(ROOT.arn, USER.arn) }, { principal: USER })).toBe('allow');
});

test('a trust policy decides who assumes a role', () => {
  const request = { action: 'sts:AssumeRole', resources: [ROLE] };
  const trust = (Principal: NonNullable<RawStatement['Principal']>) =>
    set({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal });
  const assume = set({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
  const decide = (resource: PolicySet, identity?: PolicySet) =>
    ask({ resource, identity, resourceDecides: true }, request);
  expect(decide(trust({ AWS: ROLE }))).toBe('allow');
  expect(decide(trust({ AWS: ACCOUNT }))).toBe('missing identity');
  expect(decide(trust({ AWS: ACCOUNT }), assume)).toBe('allow');
  expect(decide(trust({ Service: 'lambda.amazonaws.com' }), assume)).toBe('missing resource');
});

test('a service needs the policy of the resource where that decides', () => {
  const invoke = { action: 'lambda:InvokeFunction', resources: ['arn:aws:lambda:x:1:function:f'] };
  const resource = set({
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Resource: '*',
    Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::data' } },
  });
  const by = (bucket: string, policies: Policies) =>
    ask(policies, { ...invoke, principal: S3_SERVICE, keys: { 'aws:SourceArn': bucket } });
  expect(by('arn:aws:s3:::data', { resource, resourceDecides: true })).toBe('allow');
  expect(by('arn:aws:s3:::other', { resource, resourceDecides: true })).toBe('missing resource');
  expect(by('arn:aws:s3:::other', {})).toBe('allow');
});
