import { compileConditions } from './conditions.ts';
import { listOf, type RawStatement, readPolicy, statementsOf } from './document.ts';
import { compilePattern } from './pattern.ts';
import { compileNotPrincipal, compilePrincipal, type PrincipalMatcher } from './principals.ts';
import type { VariableLookup } from './variables.ts';

/** One statement, ready to be asked. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** The policy it is in, and its Sid or place there: `inline ReadInput, statement 2`. */
  readonly label: string;
  readonly raw: RawStatement;
  /** @param action - in lower case */
  coversAction(action: string): boolean;
  /** @param names - all that the one resource is called */
  coversResource(names: readonly string[], lookup: VariableLookup): boolean;
  /** Undefined in identity policies, which belong to whom they are about. */
  readonly principal: PrincipalMatcher | undefined;
  holds(lookup: VariableLookup): boolean;
}

/** A policy of a resource or an identity, by name. */
export interface NamedPolicy {
  readonly name: string;
  readonly document: string;
}

const MOST_KEPT = 2000;
const compiled = new Map<string, readonly Statement[]>();

/** Compiles a document, once for each text and name. */
export function compilePolicy({ name, document }: NamedPolicy): readonly Statement[] {
  const key = `${name}\n${document}`;
  const known = compiled.get(key);
  if (known) return known;
  const policy = readPolicy(document) ?? {};
  const variables = policy.Version === '2012-10-17';
  const statements = statementsOf(policy).map((raw, index) =>
    compileStatement(raw, `${name}, statement ${raw.Sid || index + 1}`, variables),
  );
  if (compiled.size >= MOST_KEPT) compiled.clear();
  compiled.set(key, statements);
  return statements;
}

function compileStatement(raw: RawStatement, label: string, variables: boolean): Statement {
  const { Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = raw;
  const actions = listOf(Action ?? NotAction).map((action) =>
    compilePattern(action.toLowerCase(), { variables: false, kind: 'text' }),
  );
  const resources = listOf(Resource ?? NotResource).map((resource) =>
    compilePattern(resource, { variables, kind: 'resource' }),
  );
  const withoutAction = Action === undefined;
  const withoutResource = Resource === undefined && NotResource !== undefined;
  // A role's trust policy names no resource: it is about the role.
  const everyResource = Resource === undefined && NotResource === undefined;
  return {
    effect: raw.Effect === 'Deny' ? 'Deny' : 'Allow',
    label,
    raw,
    coversAction: (action) => actions.some((matches) => matches(action, nothing)) !== withoutAction,
    coversResource(names, lookup) {
      if (everyResource) return true;
      for (const name of names) {
        for (const matches of resources) if (matches(name, lookup)) return !withoutResource;
      }
      return withoutResource;
    },
    principal:
      Principal === undefined
        ? NotPrincipal && compileNotPrincipal(NotPrincipal)
        : compilePrincipal(Principal),
    holds: compileConditions(Condition, variables),
  };
}

const nothing: VariableLookup = () => undefined;
