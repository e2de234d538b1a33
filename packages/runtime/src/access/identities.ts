import type { NamedPolicy } from './policy/compile.ts';
import { PolicySet } from './policy/policy-set.ts';

/** What decides what a role or a user may do, as the service that keeps them tells it. */
export interface IdentityPolicies {
  readonly policies: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy | undefined;
  /** A role's trust policy. */
  readonly trust?: NamedPolicy | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** ARNs of attached policies whose documents nobody here knows. */
  readonly unknown: readonly string[];
}

/** Who knows roles and users by ARN. */
export type IdentitySource = (arn: string) => IdentityPolicies | undefined;

/** A role or user, its policies compiled. */
export interface Identity {
  readonly set: PolicySet;
  readonly boundary: PolicySet | undefined;
  readonly trust: PolicySet | undefined;
  readonly source: IdentityPolicies;
}

const MOST_KEPT = 2000;

/** Roles and users with compiled policies, kept until one of them changes. */
export class Identities {
  #source: IdentitySource = () => undefined;
  readonly #known = new Map<string, Identity | undefined>();

  /** Says who knows them. */
  from(source: IdentitySource): void {
    this.#source = source;
  }

  /** After any change of a role, a user or a policy; they change seldom and are asked for at every call. */
  forget(): void {
    this.#known.clear();
  }

  find(arn: string): Identity | undefined {
    if (this.#known.has(arn)) return this.#known.get(arn);
    const source = this.#source(arn);
    const identity = source && {
      set: new PolicySet(source.policies),
      boundary: source.boundary && new PolicySet([source.boundary]),
      trust: source.trust && new PolicySet([source.trust]),
      source,
    };
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    this.#known.set(arn, identity);
    return identity;
  }
}
