import type { Scope } from '../store/collection.ts';

export type KeyValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A permission that a call needs. */
export interface Need {
  /** `s3:GetObject` */
  readonly action: string;
  /** The resource's ARN, or `*` where the action knows no resources. */
  readonly resource: string;
  /** Other ARNs by which policies may name the same resource. */
  readonly aliases?: readonly string[];
  /** Condition keys that a good policy limits, such as `iam:PassedToService`; written into the policy that was used. */
  readonly narrowing?: KeyValues;
  /** Other condition keys of the call. */
  readonly conditions?: KeyValues;
  /** Whether the resource is a role whose trust policy decides. */
  readonly assumes?: boolean;
}

/** A resource's policy and owner. */
export interface ResourcePolicy {
  readonly account: string;
  /** JSON text; undefined where the resource has none. */
  readonly document?: string | undefined;
}

/** What the permissions of one operation are, where the service's defaults do not say it. */
export interface OperationAccess {
  /** Names of actions, without the prefix; default the operation's name. */
  readonly action?: string | readonly string[];
  /** Like {@link ServiceAccess.resources}. */
  readonly resources?: readonly string[];
  /** Condition key → path of the member that has its value. */
  readonly narrowing?: Readonly<Record<string, string>>;
  readonly conditions?: Readonly<Record<string, string>>;
}

/** Says in code what an operation needs. */
export type NeedsOf = (input: never, place: Scope, operation: string) => readonly Need[];

/** What a service's operations need, as AWS's service authorization reference lists it. */
export interface ServiceAccess {
  /** Prefix of the actions, such as `states`. */
  readonly prefix: string;
  /**
   * What an operation's resource is, by the members of its input: the first of these whose members are all
   * there. `{Member}` or `{Path.To.Member}`; a text that is no ARN gets the service's
   * `arn:aws:<prefix>:<region>:<account>:` in front. A member that is a list gives a resource for each item.
   */
  readonly resources?: readonly string[];
  /** Those that differ; `open`: everybody may. */
  readonly operations?: Readonly<Record<string, OperationAccess | NeedsOf | 'open'>>;
  /** Members by which roles are handed to a service, in whatever operation: iam:PassRole. */
  readonly passes?: { readonly service: string; readonly members: readonly string[] };
  /** The policy of a resource that a need names, and whose it is. */
  resourcePolicy?(resource: string): ResourcePolicy | undefined;
  /** Whether another AWS service that acts by itself needs the resource's policy for an action. */
  needsPolicy?(service: string, action: string): boolean;
}

/** What a call of an operation needs; nothing when everybody may. */
export type CallNeeds = (operation: string, input: unknown, place: Scope) => readonly Need[];

/** Makes the declaration of a service a function, compiled operation by operation at first use. */
export function compileNeeds(access: ServiceAccess): CallNeeds {
  const compiled = new Map<string, (input: unknown, place: Scope) => readonly Need[]>();
  return (operation, input, place) => {
    let needsOf = compiled.get(operation);
    if (!needsOf) {
      needsOf = compileOperation(access, operation);
      compiled.set(operation, needsOf);
    }
    return needsOf(input, place);
  };
}

function compileOperation(access: ServiceAccess, operation: string) {
  const { prefix, operations = {}, passes } = access;
  const own = Object.hasOwn(operations, operation) ? operations[operation]! : {};
  if (own === 'open') return () => [];
  const passing = passes ? passedRoles(passes) : () => [];
  if (typeof own === 'function') {
    return (input: unknown, place: Scope) => [
      ...own(input as never, place, operation),
      ...passing(input, place),
    ];
  }
  const actions = [own.action ?? operation].flat().map((action) => `${prefix}:${action}`);
  const resourcesOf = compileResources(prefix, own.resources ?? access.resources ?? []);
  const narrowing = compileKeys(own.narrowing);
  const conditions = compileKeys(own.conditions);
  return (input: unknown, place: Scope) => {
    const needs: Need[] = [];
    for (const resource of resourcesOf(input, place)) {
      for (const action of actions) {
        needs.push({
          action,
          resource,
          ...narrowing('narrowing', input),
          ...conditions('conditions', input),
        });
      }
    }
    const passed = passing(input, place);
    return passed.length > 0 ? [...needs, ...passed] : needs;
  };
}

function compileKeys(keys: Readonly<Record<string, string>> | undefined) {
  if (!keys) return () => undefined;
  const paths = Object.entries(keys).map(([key, path]) => [key, path.split('.')] as const);
  return (member: 'narrowing' | 'conditions', input: unknown) => ({
    [member]: Object.fromEntries(
      paths.map(([key, path]) => {
        const values = valuesAt(input, path);
        return [key, values.length > 0 ? values : undefined];
      }),
    ),
  });
}

function compileResources(prefix: string, templates: readonly string[]) {
  const compiled = templates.map((template) => compileTemplate(prefix, template));
  return (input: unknown, place: Scope): readonly string[] => {
    for (const fill of compiled) {
      const filled = fill(input, place);
      if (filled.length > 0) return filled;
    }
    return ANY_RESOURCE;
  };
}

const ANY_RESOURCE: readonly string[] = ['*'];

/** @returns a function whose result is empty when the input lacks a member */
function compileTemplate(prefix: string, template: string) {
  const isWhole = template.startsWith('{') || template.startsWith('arn:') || template === '*';
  const parts = template.split(/\{([^}]+)\}/).map((part, index) => (index % 2 ? part.split('.') : part));
  return (input: unknown, { region, account }: Scope): readonly string[] => {
    let texts = [isWhole ? '' : `arn:aws:${prefix}:${region}:${account}:`];
    for (const part of parts) {
      if (part === '') continue;
      const values = typeof part === 'string' ? [part] : memberValues(part, input, { region, account });
      texts = texts.flatMap((text) => values.map((value) => text + value));
    }
    // A name where an ARN is expected names nothing that a policy could.
    return isWhole ? texts.filter((text) => text.startsWith('arn:') || text === '*') : texts;
  };
}

function memberValues(path: readonly string[], input: unknown, place: Scope): readonly string[] {
  if (path[0] === 'region' || path[0] === 'account') return [place[path[0]]];
  return valuesAt(input, path);
}

/** Texts at a path, through lists; none where it leads nowhere. */
export function valuesAt(input: unknown, path: readonly string[], from = 0): readonly string[] {
  if (Array.isArray(input)) return input.flatMap((item) => valuesAt(item, path, from));
  if (from === path.length) return typeof input === 'string' && input !== '' ? [input] : [];
  if (typeof input !== 'object' || input === null) return [];
  return valuesAt((input as Record<string, unknown>)[path[from]!], path, from + 1);
}

function passedRoles({ service, members }: NonNullable<ServiceAccess['passes']>) {
  const paths = members.map((member) => member.split('.'));
  return (input: unknown, place: Scope): readonly Need[] =>
    paths.flatMap((path) => valuesAt(input, path)).map((role) => passRole(role, service, place));
}

/** Handing a role, given by ARN or name, to a service. */
export function passRole(role: string, service: string, { account }: Pick<Scope, 'account'>): Need {
  return {
    action: 'iam:PassRole',
    resource: role.startsWith('arn:') ? role : `arn:aws:iam::${account}:role/${role.replace(/^\//, '')}`,
    narrowing: { 'iam:PassedToService': service },
  };
}
