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
    return (input: unknown, place: Scope) => {
      const needs = own(input as never, place, operation);
      const passed = passing(input, place);
      return passed.length > 0 ? [...needs, ...passed] : needs;
    };
  }
  const actions = [own.action ?? operation].flat().map((action) => `${prefix}:${action}`);
  const resourcesOf = compileResources(prefix, own.resources ?? access.resources ?? []);
  const narrowing = compileKeys(own.narrowing);
  const conditions = compileKeys(own.conditions);
  const isPlain = !own.narrowing && !own.conditions;
  return (input: unknown, place: Scope) => {
    const needs: Need[] = [];
    for (const resource of resourcesOf(input, place)) {
      for (const action of actions) {
        if (isPlain) needs.push({ action, resource });
        else {
          needs.push({
            action,
            resource,
            ...narrowing('narrowing', input),
            ...conditions('conditions', input),
          });
        }
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

type Fill = (input: unknown, place: Scope) => readonly string[];

/** @returns a function whose result is empty when the input lacks a member */
function compileTemplate(prefix: string, template: string): Fill {
  const isWhole = template.startsWith('{') || template.startsWith('arn:') || template === '*';
  const full = isWhole ? template : `arn:aws:${prefix}:{region}:{account}:${template}`;
  const parts = full
    .split(/\{([^}]+)\}/)
    .map((part, index): string | readonly string[] => (index % 2 ? part.split('.') : part))
    .filter((part) => part !== '');
  return (input, place) => {
    let text = '';
    for (const [index, part] of parts.entries()) {
      const value = typeof part === 'string' ? part : memberValue(part, input, place);
      if (typeof value !== 'string') return value ? withLists(text, parts.slice(index), input, place) : NONE;
      text += value;
    }
    // A name where an ARN is expected names nothing that a policy could.
    return text.startsWith('arn:') || text === '*' ? [text] : NONE;
  };
}

const NONE: readonly string[] = [];

/** The usual case: a text; undefined where the input lacks it, else a list of them. */
function memberValue(
  path: readonly string[],
  input: unknown,
  place: Scope,
): string | readonly string[] | undefined {
  const [name = ''] = path;
  if (name === 'region' || name === 'account') return place[name];
  const value = (input as Record<string, unknown> | null)?.[name];
  if (path.length === 1 && typeof value === 'string') return value === '' ? undefined : value;
  if (value === undefined) return undefined;
  const values = valuesAt(input, path);
  return values.length > 0 ? values : undefined;
}

/** A resource for each item of a list. */
function withLists(
  begun: string,
  parts: readonly (string | readonly string[])[],
  input: unknown,
  place: Scope,
): readonly string[] {
  let texts = [begun];
  for (const part of parts) {
    const values = [typeof part === 'string' ? part : (memberValue(part, input, place) ?? NONE)].flat();
    texts = texts.flatMap((text) => values.map((value) => text + value));
  }
  return texts.filter((text) => text.startsWith('arn:') || text === '*');
}

/** Texts at a path, through lists; none where it leads nowhere. */
export function valuesAt(input: unknown, path: readonly string[], from = 0): readonly string[] {
  if (Array.isArray(input)) return input.flatMap((item) => valuesAt(item, path, from));
  if (from === path.length) return typeof input === 'string' && input !== '' ? [input] : [];
  if (typeof input !== 'object' || input === null) return [];
  return valuesAt((input as Record<string, unknown>)[path[from]!], path, from + 1);
}

const NO_NEEDS: readonly Need[] = [];

function passedRoles({ service, members }: NonNullable<ServiceAccess['passes']>) {
  const paths = members.map((member) => member.split('.'));
  return (input: unknown, place: Scope): readonly Need[] => {
    let needs: Need[] | undefined;
    for (const path of paths) {
      if ((input as Record<string, unknown> | null)?.[path[0]!] === undefined) continue;
      needs ??= [];
      needs.push(...valuesAt(input, path).map((role) => passRole(role, service, place)));
    }
    return needs ?? NO_NEEDS;
  };
}

/** Handing a role, given by ARN or name, to a service. */
export function passRole(role: string, service: string, { account }: Pick<Scope, 'account'>): Need {
  return {
    action: 'iam:PassRole',
    resource: role.startsWith('arn:') ? role : `arn:aws:iam::${account}:role/${role.replace(/^\//, '')}`,
    narrowing: { 'iam:PassedToService': service },
  };
}
