import type { Scope } from '../store/collection.ts';
import type { Caller } from './caller.ts';
import { lookupOf } from './condition-keys.ts';
import { Identities, type Identity } from './identities.ts';
import type { CallNeeds, Need, ServiceAccess } from './needs.ts';
import { type Decision, evaluate } from './policy/evaluate.ts';
import { PolicySet } from './policy/policy-set.ts';
import { type AccessReport, accessReport } from './report.ts';
import { refusalSentence } from './sentences.ts';
import type { Usage } from './usage.ts';

/** `off`: nobody looks. `audit`: what AWS would deny goes on, with a warning. `enforce`: it is denied. */
export type AccessMode = 'off' | 'audit' | 'enforce';

export interface CheckedCall {
  readonly operation: string;
  readonly input: unknown;
  readonly caller: Caller;
  readonly region: string;
  /** The service that calls on the caller's behalf, where one does. */
  readonly via?: string | undefined;
}

/** A permission that is missing. */
export interface Denial {
  /** AWS's sentence. */
  readonly sentence: string;
  readonly need: Need;
  /** Whether the call ends here. */
  readonly refused: boolean;
  /** Whether it is news: each role, action and kind of resource is told of once. */
  readonly isNew: boolean;
}

export interface AuthorizerParts {
  readonly mode: AccessMode;
  readonly usage: Usage;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Says something once that the audit cannot judge. */
  remark(message: string): void;
}

const NO_CONDITIONS = '{}';
const MOST_REMEMBERED = 10_000;

/** Asks the policies of identities and resources about every call. It names no service. */
export class Authorizer {
  readonly mode: AccessMode;
  readonly identities = new Identities();
  readonly usage: Usage;
  readonly #parts: AuthorizerParts;
  readonly #told = new Set<string>();
  readonly #sets = new Map<string, PolicySet>();

  constructor(parts: AuthorizerParts) {
    this.mode = parts.mode;
    this.usage = parts.usage;
    this.#parts = parts;
  }

  /** What a role or user may do and did, by ARN; undefined when nothing is known of it. */
  report(arn: string): AccessReport | undefined {
    return accessReport(arn, this.identities, this.usage);
  }

  /** @returns the first permission that is missing, undefined when the call may go on */
  check(call: CheckedCall, access: ServiceAccess, needsOf: CallNeeds): Denial | undefined {
    const { caller, region } = call;
    const place = { account: caller.account, region };
    let denial: Denial | undefined;
    for (const need of needsOf(call.operation, call.input, place)) {
      const found = this.#checkNeed(call, need, access, place);
      denial ??= found;
    }
    return denial;
  }

  /** Whether somebody, such as a service, may take on a role. */
  checkAssume(roleArn: string, caller: Caller, region: string): Denial | undefined {
    const need: Need = { action: 'sts:AssumeRole', resource: roleArn, assumes: true };
    return this.checkNeeds(caller, [need], region);
  }

  /** What somebody needs beyond the calls that are made here, such as a role that a service is given. */
  checkNeeds(caller: Caller, needs: readonly Need[], region: string): Denial | undefined {
    const call = { operation: '', input: {}, caller, region };
    let denial: Denial | undefined;
    for (const need of needs) {
      const found = this.#checkNeed(call, need, undefined, { account: caller.account, region });
      denial ??= found;
    }
    return denial;
  }

  #checkNeed(
    call: CheckedCall,
    need: Need,
    access: ServiceAccess | undefined,
    place: Scope,
  ): Denial | undefined {
    const { caller } = call;
    const identityArn = caller.roleArn ?? (caller.kind === 'user' ? caller.arn : undefined);
    const identity = identityArn === undefined ? undefined : this.identities.find(identityArn);
    const decision = this.#decide(call, need, access, place, identity);
    if (identityArn !== undefined) {
      const conditions = need.narrowing ? JSON.stringify(need.narrowing) : NO_CONDITIONS;
      this.usage.record(identityArn, need.action, need.resource, conditions, !decision.allowed);
    }
    if (decision.allowed) return undefined;
    const isExplicit = decision.by !== undefined;
    if (identityArn !== undefined && !isExplicit && this.#cannotJudge(identityArn, identity)) {
      if (this.mode === 'audit') return undefined;
    }
    return {
      sentence: refusalSentence(caller.arn, need, decision),
      need,
      refused: this.mode === 'enforce',
      isNew: this.#isNew(`${identityArn ?? caller.arn} ${need.action} ${kindOf(need.resource)}`),
    };
  }

  #decide(
    call: CheckedCall,
    need: Need,
    access: ServiceAccess | undefined,
    place: Scope,
    identity: Identity | undefined,
  ): Decision {
    const { caller, input, region, via } = call;
    const { action, resource, aliases, assumes = false } = need;
    const owned = assumes ? undefined : access?.resourcePolicy?.(resource);
    const account = owned?.account ?? (accountOf(resource) || place.account);
    const resourceSet = assumes
      ? this.identities.find(resource)?.trust
      : owned?.document === undefined
        ? undefined
        : this.#setOf([owned.document]);
    const now = () => this.#parts.now();
    return evaluate(
      {
        principal: caller,
        action,
        resources: aliases ? [resource, ...aliases] : [resource],
        account,
        lookup: lookupOf({ caller, identity, need, input, region, account, via, now }),
      },
      {
        identity: identity?.set,
        boundary: identity?.boundary,
        session: caller.sessionPolicies && this.#setOf(caller.sessionPolicies),
        resource: resourceSet,
        resourceDecides:
          assumes || (caller.kind === 'service' && (access?.needsPolicy?.(caller.arn, action) ?? false)),
      },
    );
  }

  /** Whether there is nothing to go by: nobody made the role here, or one of its policies is not known. */
  #cannotJudge(arn: string, identity: Identity | undefined): boolean {
    if (!identity) return true;
    const [unknown] = identity.source.unknown;
    if (unknown === undefined) return false;
    if (this.#isNew(unknown)) {
      this.#parts.remark(
        `What ${unknown} allows is not known to this version of Slipway: what ${arn} does beyond its other policies is not judged.`,
      );
    }
    return true;
  }

  /** Documents that together allow what any one of them allows. */
  #setOf(documents: readonly string[]): PolicySet {
    const key = documents.length === 1 ? documents[0]! : documents.join('\n');
    let set = this.#sets.get(key);
    if (!set) {
      if (this.#sets.size >= MOST_REMEMBERED) this.#sets.clear();
      set = new PolicySet(documents.map((document) => ({ name: 'policy', document })));
      this.#sets.set(key, set);
    }
    return set;
  }

  #isNew(what: string): boolean {
    if (this.#told.has(what)) return false;
    if (this.#told.size >= MOST_REMEMBERED) this.#told.clear();
    this.#told.add(what);
    return true;
  }
}

function accountOf(arn: string): string | undefined {
  if (!arn.startsWith('arn:')) return undefined;
  let begin = 0;
  for (let colon = 0; colon < 4; colon++) begin = arn.indexOf(':', begin) + 1;
  return arn.slice(begin, arn.indexOf(':', begin));
}

/** Objects of one folder, jobs of one name and so on are one kind: the audit tells of each once. */
function kindOf(resource: string): string {
  const slash = resource.indexOf('/');
  return slash < 0 ? resource : resource.slice(0, slash);
}
