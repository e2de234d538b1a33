import type { Caller } from './caller.ts';
import type { Identity } from './identities.ts';
import type { KeyValues, Need } from './needs.ts';
import type { VariableLookup } from './policy/variables.ts';

/** What condition keys are about. */
export interface KeyFacts {
  readonly caller: Caller;
  readonly identity: Identity | undefined;
  readonly need: Need;
  readonly input: unknown;
  readonly region: string;
  /** Whose the resource is. */
  readonly account: string;
  /** The service that calls on the caller's behalf, where one does. */
  readonly via: string | undefined;
  /** Milliseconds since the epoch. */
  now(): number;
}

const TYPES = { account: 'Account', user: 'User', role: 'AssumedRole', service: 'AWSService' } as const;

/**
 * The values of condition keys in a request, found when a policy asks. Keys about a resource's tags and
 * about organizations have none.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function lookupOf(facts: KeyFacts): VariableLookup {
  return (key) => {
    const { need } = facts;
    const own = find(need.narrowing, key) ?? find(need.conditions, key);
    if (own !== undefined) return typeof own === 'string' ? [own] : own;
    if (!key.startsWith('aws:')) return undefined;
    const value = key.includes('/') ? tagValue(facts, key) : globalValue(facts, key.slice('aws:'.length));
    return typeof value === 'string' ? [value] : value;
  };
}

function find(values: KeyValues | undefined, key: string): string | readonly string[] | undefined {
  for (const name in values) if (name.toLowerCase() === key) return values[name];
  return undefined;
}

function globalValue(facts: KeyFacts, key: string): string | readonly string[] | undefined {
  const { caller, via } = facts;
  const isService = caller.kind === 'service';
  switch (key) {
    // The keys that describe the caller.
    case 'principalarn':
      return isService ? undefined : (caller.roleArn ?? caller.arn);
    case 'principalaccount':
      return isService ? undefined : caller.account;
    case 'principaltype':
      return TYPES[caller.kind];
    case 'principalisawsservice':
      return String(isService);
    case 'principalservicename':
      return isService ? caller.arn : undefined;
    case 'userid':
      return caller.userId;
    case 'username':
      return caller.kind === 'user' ? caller.arn.slice(caller.arn.lastIndexOf('/') + 1) : undefined;
    case 'sourceaccount':
    // The older name, in the policies that topics have from the beginning.
    case 'sourceowner':
      return caller.source?.account;
    case 'sourcearn':
      return caller.source?.arn;
    // The runtime listens on loopback only, which nobody else hears: that counts as secure transport.
    case 'securetransport':
      return 'true';
    case 'sourceip':
      return isService || via !== undefined ? undefined : '127.0.0.1';
    case 'viaawsservice':
      return String(via !== undefined);
    case 'calledvia':
    case 'calledviafirst':
    case 'calledvialast':
      return via;
    case 'currenttime':
      return new Date(facts.now()).toISOString();
    case 'epochtime':
      return String(Math.floor(facts.now() / 1000));
    case 'requestedregion':
      return facts.region;
    case 'resourceaccount':
      return facts.account;
    case 'tagkeys': {
      const tags = requestTags(facts.input);
      return tags && Object.keys(tags);
    }
    default:
      return undefined;
  }
}

function tagValue({ identity, input }: KeyFacts, key: string): string | undefined {
  const slash = key.indexOf('/');
  const [kind, name] = [key.slice(0, slash), key.slice(slash + 1)];
  const tags =
    kind === 'aws:principaltag'
      ? identity?.source.tags
      : kind === 'aws:requesttag'
        ? requestTags(input)
        : undefined;
  return Object.entries(tags ?? {}).find(([tag]) => tag.toLowerCase() === name)?.[1];
}

/** Tags in an input, in either of the notations that services have. */
function requestTags(input: unknown): Record<string, string> | undefined {
  const members = (input ?? {}) as Record<string, unknown>;
  const tags = members['Tags'] ?? members['tags'];
  if (typeof tags !== 'object' || tags === null) return undefined;
  if (!Array.isArray(tags)) return tags as Record<string, string>;
  return Object.fromEntries(
    (tags as Record<string, string>[]).map((tag) => [
      tag['Key'] ?? tag['key'] ?? '',
      tag['Value'] ?? tag['value'] ?? '',
    ]),
  );
}
