import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listOf, type RawStatement } from './document.ts';
import { evaluate } from './evaluate.ts';
import { PolicySet } from './policy-set.ts';

/**
 * The evaluator against a second one that is as plain as can be: no compiling, no indexes, regular
 * expressions for patterns, a list of steps for the decision.
 */

const ACCOUNT = '111122223333';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/r`;
const PRINCIPAL = {
  kind: 'role',
  account: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/r/s`,
  roleArn: ROLE,
} as const;

type Keys = Readonly<Record<string, readonly string[]>>;

function naiveGlob(pattern: string, value: string): boolean {
  const source = [...pattern]
    .map((char) => (char === '*' ? '[^]*' : char === '?' ? '[^]' : char.replace(/[\\^$.|+()[\]{}/]/, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`).test(value);
}

function naiveCovers(statement: RawStatement, action: string, resource: string, keys: Keys): boolean {
  const some = (patterns: readonly string[], value: string) =>
    patterns.some((pattern) => naiveGlob(pattern, value));
  const lower = (list: RawStatement['Action']) => listOf(list).map((text) => text.toLowerCase());
  const actionFits = statement.Action
    ? some(lower(statement.Action), action.toLowerCase())
    : !some(lower(statement.NotAction), action.toLowerCase());
  const resourceFits = statement.Resource
    ? some(listOf(statement.Resource), resource)
    : !some(listOf(statement.NotResource), resource);
  return actionFits && resourceFits && naiveConditions(statement, keys);
}

function naiveConditions({ Condition = {} }: RawStatement, keys: Keys): boolean {
  for (const [operator, wanted] of Object.entries(Condition)) {
    for (const [key, raw] of Object.entries(wanted)) {
      const values = listOf(raw).map(String);
      const found = keys[key];
      const base = operator.replace(/^For\w+:/, '').replace(/IfExists$/, '');
      if (base === 'Null') {
        if (!values.includes(String(found === undefined))) return false;
        continue;
      }
      const isNot = base.includes('Not');
      if (found === undefined) {
        const passes =
          operator.endsWith('IfExists') ||
          operator.startsWith('ForAllValues') ||
          (isNot && !operator.startsWith('ForAnyValue'));
        if (!passes) return false;
        continue;
      }
      const one = (value: string, limit: string) =>
        base.includes('Like')
          ? naiveGlob(limit, value)
          : base.startsWith('Numeric')
            ? Number(value) < Number(limit)
            : value === limit;
      const fits = found.map((value) => values.some((limit) => one(value, limit)) !== isNot);
      const wantsAll = operator.startsWith('ForAllValues') || (isNot && !operator.startsWith('ForAnyValue'));
      if (wantsAll ? fits.includes(false) : !fits.includes(true)) return false;
    }
  }
  return true;
}

interface Case {
  readonly identity: readonly RawStatement[];
  readonly boundary: readonly RawStatement[] | undefined;
  readonly session: readonly RawStatement[] | undefined;
  readonly resource: readonly RawStatement[];
  readonly action: string;
  readonly target: string;
  readonly isOwn: boolean;
  readonly keys: Keys;
}

function naiveDecision({
  identity,
  boundary,
  session,
  resource,
  action,
  target,
  isOwn,
  keys,
}: Case): boolean {
  const covering = (statements: readonly RawStatement[] | undefined, effect: string) =>
    (statements ?? []).filter(
      (statement) => statement.Effect === effect && naiveCovers(statement, action, target, keys),
    );
  const names = (statement: RawStatement): 'session' | 'role' | 'account' | undefined => {
    const { Principal } = statement;
    if (Principal === '*') return 'role';
    const list = listOf((Principal as Record<string, string[]>)['AWS']);
    if (list.includes(PRINCIPAL.arn)) return 'session';
    if (list.includes(ROLE)) return 'role';
    return list.includes(ACCOUNT) ? 'account' : undefined;
  };
  for (const statements of [identity, boundary, session]) {
    if (covering(statements, 'Deny').length > 0) return false;
  }
  if (covering(resource, 'Deny').some((statement) => names(statement) !== undefined)) return false;
  const grants = covering(resource, 'Allow').map(names);
  const own = covering(identity, 'Allow').length > 0;
  const bounded =
    (!boundary || covering(boundary, 'Allow').length > 0) &&
    (!session || covering(session, 'Allow').length > 0);
  if (!isOwn) return own && bounded && grants.some((grant) => grant !== undefined);
  return grants.includes('session') || (grants.includes('role') && bounded) || (own && bounded);
}

const ACTIONS = ['s3:GetObject', 's3:PutObject', 'glue:GetJob'];
const RESOURCES = ['arn:aws:s3:::b/a', 'arn:aws:s3:::b/a/x', 'arn:aws:s3:::c/a', '*'];
const ACTION_PATTERNS = [...ACTIONS, '*', 's3:*', 's3:get*', '*:Get*', 's3:?etObject', 'S3:PUTOBJECT'];
const RESOURCE_PATTERNS = [...RESOURCES, 'arn:aws:s3:::b/*', 'arn:aws:s3:::?/a', 'arn:aws:s3:::*/a*'];
const OPERATORS = [
  ...['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIfExists', 'Null'],
  ...['StringNotLikeIfExists', 'ForAllValues:StringLike', 'ForAnyValue:StringEquals', 'NumericLessThan'],
  ...['ForAnyValue:StringNotEquals', 'ForAllValues:StringNotEquals'],
];
const VALUES = ['a', 'ab', 'b', '*', 'a*', '?', '1', '2', 'true', 'false'];

const some = <T>(values: readonly T[], most = 2) =>
  fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: most });

const keys: fc.Arbitrary<Keys> = fc
  .record(
    {
      'x:one': some(['a', 'ab', 'b', '1', '2'], 1),
      'x:many': some(['a', 'ab', 'b'], 3),
    },
    { requiredKeys: [] },
  )
  .map((found) => ({ ...found }));

const condition = fc.dictionary(
  fc.constantFrom(...OPERATORS),
  fc.dictionary(fc.constantFrom('x:one', 'x:many', 'x:none'), some(VALUES), { minKeys: 1, maxKeys: 2 }),
  { maxKeys: 2 },
);

const body = fc
  .record({
    effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
    actions: some(ACTION_PATTERNS),
    notAction: fc.constantFrom(false, false, true),
    resources: some(RESOURCE_PATTERNS),
    notResource: fc.constantFrom(false, false, true),
    condition: fc.option(condition, { nil: undefined, freq: 2 }),
  })
  .map(
    ({ effect, actions, notAction, resources, notResource, condition: found }): RawStatement => ({
      Effect: effect,
      ...(notAction ? { NotAction: actions } : { Action: actions }),
      ...(notResource ? { NotResource: resources } : { Resource: resources }),
      ...(found && { Condition: found }),
    }),
  );

const statements = fc.array(body, { maxLength: 3 });

const resourceStatements = fc.array(
  fc
    .tuple(
      body,
      fc.constantFrom<RawStatement['Principal']>(
        '*',
        { AWS: ROLE },
        { AWS: [PRINCIPAL.arn, 'arn:aws:iam::1:role/other'] },
        { AWS: ACCOUNT },
        { AWS: '999999999999' },
      ),
    )
    .map(([statement, Principal]): RawStatement => ({ ...statement, Principal: Principal! })),
  { maxLength: 2 },
);

const cases: fc.Arbitrary<Case> = fc.record({
  identity: statements,
  boundary: fc.option(statements, { nil: undefined, freq: 1 }),
  session: fc.option(statements, { nil: undefined, freq: 1 }),
  resource: resourceStatements,
  action: fc.constantFrom(...ACTIONS),
  target: fc.constantFrom(...RESOURCES),
  isOwn: fc.boolean(),
  keys,
});

test('decides as a plain second implementation does', () => {
  const verdicts = { allowed: 0, denied: 0 };
  fc.assert(
    fc.property(cases, (one) => {
      const set = (Statement: readonly RawStatement[]) =>
        new PolicySet([{ name: 'p', document: JSON.stringify({ Version: '2012-10-17', Statement }) }]);
      const { allowed } = evaluate(
        {
          principal: PRINCIPAL,
          action: one.action,
          resources: [one.target],
          account: one.isOwn ? ACCOUNT : '999999999999',
          lookup: (key) => one.keys[key],
        },
        {
          identity: set(one.identity),
          boundary: one.boundary && set(one.boundary),
          session: one.session && set(one.session),
          resource: set(one.resource),
        },
      );
      verdicts[allowed ? 'allowed' : 'denied'] += 1;
      expect(allowed).toBe(naiveDecision(one));
    }),
    { numRuns: 2000 },
  );
  // Both happen often enough for the comparison to say something.
  expect(Math.min(verdicts.allowed, verdicts.denied)).toBeGreaterThan(100);
});
