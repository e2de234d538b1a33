import { isObject } from '../template/template.ts';

/** What an update does to a resource, in a policy's words. */
export type UpdateAction = 'Update:Modify' | 'Update:Replace' | 'Update:Delete';

interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: { readonly patterns: readonly string[]; readonly inverted: boolean };
  readonly resources: { readonly patterns: readonly string[]; readonly inverted: boolean };
  /** Patterns of resource types; absent where the statement has no condition. */
  readonly types: readonly string[] | undefined;
}

export type StackPolicy = readonly Statement[];

/**
 * Reads a stack policy.
 *
 * Source: AWS CloudFormation User Guide, "Prevent updates to stack resources".
 *
 * @returns undefined when it is none; a policy without statements allows everything
 */
export function parsePolicy(text: string): StackPolicy | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(document)) return undefined;
  const { Statement } = document;
  if (Statement === undefined) return [];
  const statements = (Array.isArray(Statement) ? Statement : [Statement]).map(parseStatement);
  return statements.every((statement) => statement !== undefined) ? statements : undefined;
}

/**
 * Whether a policy lets an update do something to a resource: some statement allows it and none denies it.
 *
 * @returns undefined when it does, or else the reason as CloudFormation gives it
 */
export function policyRefusal(
  policy: StackPolicy,
  action: UpdateAction,
  { logicalId, type }: { logicalId: string; type: string },
): string | undefined {
  if (policy.length === 0) return undefined;
  const named = `LogicalResourceId/${logicalId}`;
  const applies = ({ actions, resources, types }: Statement) =>
    matches(actions, action) && matches(resources, named) && (types === undefined || matchesAny(types, type));
  const denied = policy.findIndex((statement) => statement.effect === 'Deny' && applies(statement));
  if (denied >= 0) {
    const { actions, resources } = policy[denied]!;
    return (
      `Action denied by stack policy: Statement [#${denied + 1}] does not allow ` +
      `[${actions.patterns.join(', ')}] for resource [${resources.patterns.join(', ')}]`
    );
  }
  if (policy.some((statement) => statement.effect === 'Allow' && applies(statement))) return undefined;
  return `Action not allowed by stack policy: no statement allows [${action}] for resource [${named}]`;
}

function parseStatement(statement: unknown): Statement | undefined {
  if (!isObject(statement)) return undefined;
  const { Effect, Principal, Action, NotAction, Resource, NotResource, Condition } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') return undefined;
  if (Principal !== '*' && !(isObject(Principal) && Principal['AWS'] === '*')) return undefined;
  const actions = patternsOf(Action ?? NotAction);
  const resources = patternsOf(Resource ?? NotResource ?? '*');
  if (!actions?.every((action) => action === '*' || action.startsWith('Update:')) || !resources)
    return undefined;
  const types = Condition === undefined ? undefined : typesOf(Condition);
  if (Condition !== undefined && !types) return undefined;
  return {
    effect: Effect,
    actions: { patterns: actions, inverted: Action === undefined },
    resources: { patterns: resources, inverted: Resource === undefined && NotResource !== undefined },
    types,
  };
}

/** The only condition is on the type of resource, with `StringEquals` or `StringLike`. */
function typesOf(condition: unknown): string[] | undefined {
  if (!isObject(condition)) return undefined;
  const operator = condition['StringEquals'] ?? condition['StringLike'];
  return isObject(operator) ? patternsOf(operator['ResourceType']) : undefined;
}

function patternsOf(value: unknown): string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((item) => typeof item === 'string') ? list : undefined;
}

function matches({ patterns, inverted }: Statement['actions'], text: string): boolean {
  return matchesAny(patterns, text) !== inverted;
}

function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => {
    const expression = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${expression}$`).test(text);
  });
}
