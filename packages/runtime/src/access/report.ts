import { generalise } from './generalise.ts';
import type { Identities, Identity } from './identities.ts';
import type { Statement } from './policy/compile.ts';
import { listOf, type RawStatement } from './policy/document.ts';
import { compilePattern } from './policy/pattern.ts';
import type { Usage, UsedPermission } from './usage.ts';

/** What a role or user may do, against what it did. */
export interface AccessReport {
  readonly arn: string;
  /** Whether it is there now. */
  readonly exists: boolean;
  /** The least that allows what was used. */
  readonly used: { readonly Version: '2012-10-17'; readonly Statement: readonly UsedStatement[] };
  /** What was used although no policy allows it. */
  readonly missing: readonly UsedStatement[];
  /** Statements that grant more than was used. */
  readonly beyond: readonly StatementSurplus[];
  /** ARNs of attached policies that nobody here knows. */
  readonly unknown: readonly string[];
}

export interface UsedStatement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** What one statement grants and nobody used. */
export interface StatementSurplus {
  /** The policy, and the statement in it. */
  readonly statement: string;
  /** Whether nothing of it was used. */
  readonly unused: boolean;
  /** Actions and patterns of them that were not used. */
  readonly actions: readonly string[];
  /** Patterns of actions of which less was used: pattern → the actions that were. */
  readonly widerActions: Readonly<Record<string, readonly string[]>>;
  readonly resources: readonly string[];
  readonly widerResources: Readonly<Record<string, readonly string[]>>;
}

/** @returns undefined when there is neither such a role or user nor anything that it did */
export function accessReport(arn: string, identities: Identities, usage: Usage): AccessReport | undefined {
  const identity = identities.find(arn);
  const all = usage.of(arn);
  if (!identity && all.length === 0) return undefined;
  return {
    arn,
    exists: identity !== undefined,
    used: { Version: '2012-10-17', Statement: statementsFor(all) },
    missing: statementsFor(all.filter(({ denied }) => denied)),
    beyond: identity ? surplusOf(identity, all) : [],
    unknown: identity?.source.unknown ?? [],
  };
}

/** One statement for all actions that have the same resources and conditions. */
function statementsFor(used: readonly UsedPermission[]): UsedStatement[] {
  const byAction = new Map<string, { action: string; conditions: string; resources: Set<string> }>();
  for (const { action, resource, conditions } of used) {
    const text = JSON.stringify(conditions);
    const entry = byAction.get(`${action} ${text}`) ?? { action, conditions: text, resources: new Set() };
    byAction.set(`${action} ${text}`, entry);
    entry.resources.add(resource);
  }
  const byResources = new Map<string, { actions: string[]; resources: string[]; conditions: string }>();
  for (const { action, conditions, resources } of byAction.values()) {
    const general = generalise(resources);
    const key = `${action.split(':')[0]} ${JSON.stringify(general)} ${conditions}`;
    const entry = byResources.get(key) ?? { actions: [], resources: general, conditions };
    byResources.set(key, entry);
    entry.actions.push(action);
  }
  return [...byResources.values()]
    .map(({ actions, resources, conditions }): UsedStatement => {
      const keys = JSON.parse(conditions) as UsedPermission['conditions'];
      return {
        Effect: 'Allow',
        Action: actions.sort(),
        Resource: resources,
        ...(Object.keys(keys).length > 0 && { Condition: { StringEquals: keys } }),
      };
    })
    .sort((a, b) => (a.Action[0]! < b.Action[0]! ? -1 : 1));
}

function surplusOf({ set }: Identity, used: readonly UsedPermission[]): StatementSurplus[] {
  return set.statements.flatMap((statement) => {
    if (statement.effect === 'Deny') return [];
    const covered = used.filter((permission) => isCoveredBy(statement, permission));
    const surplus = surplusIn(statement.label, statement.raw, covered);
    const isExact =
      !surplus.unused &&
      surplus.actions.length + surplus.resources.length === 0 &&
      Object.keys(surplus.widerActions).length + Object.keys(surplus.widerResources).length === 0;
    return isExact ? [] : [surplus];
  });
}

/** Conditions are not looked at: what was used under them was used. */
function isCoveredBy(statement: Statement, { action, resource }: UsedPermission): boolean {
  return (
    statement.coversAction(action.toLowerCase()) && statement.coversResource([resource], () => undefined)
  );
}

function surplusIn(
  statement: string,
  { Action, NotAction, Resource, NotResource }: RawStatement,
  covered: readonly UsedPermission[],
): StatementSurplus {
  const actions = compare(
    Action === undefined ? [`everything but ${listOf(NotAction).join(', ')}`] : listOf(Action),
    covered.map(({ action }) => action),
    (pattern, action) => matches(pattern.toLowerCase(), action.toLowerCase(), 'text'),
    Action === undefined,
  );
  const resources = compare(
    Resource === undefined ? [`everything but ${listOf(NotResource).join(', ')}`] : listOf(Resource),
    covered.map(({ resource }) => resource),
    (pattern, resource) => matches(pattern, resource, 'resource'),
    Resource === undefined,
  );
  return {
    statement,
    unused: covered.length === 0,
    actions: actions.unused,
    widerActions: actions.wider,
    resources: resources.unused,
    widerResources: resources.wider,
  };
}

/** @param inverted - the one pattern is a text that says what is left out: it covers all that was used */
function compare(
  patterns: readonly string[],
  used: readonly string[],
  covers: (pattern: string, value: string) => boolean,
  inverted: boolean,
): { unused: string[]; wider: Record<string, string[]> } {
  const unused: string[] = [];
  const wider: Record<string, string[]> = {};
  for (const pattern of patterns) {
    const found = inverted ? used : used.filter((value) => covers(pattern, value));
    const general = generalise(found);
    if (found.length === 0) unused.push(pattern);
    else if (isOpen(pattern, inverted) && !(general.length === 1 && general[0] === pattern))
      wider[pattern] = general;
  }
  return { unused, wider };
}

function isOpen(pattern: string, inverted: boolean): boolean {
  return inverted || pattern.includes('*') || pattern.includes('?');
}

function matches(pattern: string, value: string, kind: 'text' | 'resource'): boolean {
  return compilePattern(pattern, { variables: false, kind })(value, () => undefined);
}
