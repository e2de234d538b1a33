import type { Caller } from '../access/caller.ts';
import type { ClientOf } from './types.ts';

/** A resource's properties after every intrinsic function has been resolved. */
export type Properties = Readonly<Record<string, unknown>>;

/** What a created or updated resource answers to `Ref` and `Fn::GetAtt`. */
export interface ProvidedResource {
  /** What `Ref` gives, and how the resource is named in later calls. */
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The deployment on whose behalf a provider acts. */
export interface DeployContext {
  readonly account: string;
  readonly region: string;
  readonly caller: Caller;
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  /** The CloudFormation type, such as `AWS::Glue::Job`. */
  readonly resourceType: string;
  /** The resource's `Metadata` in the template: where local-only hints travel. */
  readonly metadata: Properties;
  /** Aborts when the runtime stops and when the deployment is cancelled; for providers that wait. */
  readonly signal: AbortSignal;
  /** Names this step; the same when it is repeated after a crash. */
  readonly step: string;
  /**
   * A service's client on behalf of the deployer. Calls carry an effect token of this resource's step,
   * so that a deployment resumed after a crash creates nothing twice.
   */
  client<Sdk>(service: string): ClientOf<Sdk>;
  /**
   * Says that the resource exists under this id from now on, for providers that have more to do after
   * that: should the rest fail, the rollback deletes it.
   */
  created(physicalId: string): void;
  /** A physical name made of stack, logical id and a stable suffix, cut to `longest` characters. */
  name(longest: number, options?: { lowerCase?: boolean }): string;
}

/** What can be said of a resource before it is deployed. */
export interface Remark {
  /** Where in the resource's properties, such as `Command/Name`. */
  readonly property: string;
  /** `refused`: it cannot be deployed; `unusable`: it can, and fails when it is used; `note`: it differs from AWS. */
  readonly kind: 'refused' | 'unusable' | 'note';
  readonly message: string;
}

/** What a check before the deployment may ask. */
export interface CheckContext {
  /** A property's text; undefined where it, or a part of it, is known only after the deployment. */
  readonly known: (value: unknown) => string | undefined;
  /** The text with marks in place of what is known only after the deployment. */
  readonly partlyKnown: (value: unknown) => string | undefined;
  /** The text of an asset that lies in a bucket once it is published. */
  readonly asset: (bucket: string, key: string) => string | undefined;
}

/**
 * Carries out a CloudFormation resource type through the service's own operations, as CloudFormation
 * itself does on AWS.
 */
export interface ResourceProvider {
  /**
   * Properties acted upon; a property in neither list fails the deployment by name. `any` where the
   * names are not the provider's to know.
   */
  readonly properties: readonly string[] | 'any';
  /** Properties without an effect on one machine (encryption at rest, say), stored and accepted. */
  readonly inert?: readonly string[];
  /** Properties whose change needs a new resource. */
  readonly replaceOn?: readonly string[];
  /** The resource exists in the stack only. */
  readonly withoutEffect?: true;
  /** What can be said of a resource without making it; parts of the properties may be unknown yet. */
  check?(properties: Properties, context: CheckContext): readonly Remark[];
  create(properties: Properties, context: DeployContext): Promise<ProvidedResource>;
  update(
    physicalId: string,
    properties: Properties,
    previous: Properties,
    context: DeployContext,
  ): Promise<ProvidedResource>;
  /** Must succeed when the resource is gone already. */
  delete(physicalId: string, properties: Properties, context: DeployContext): Promise<void>;
}

/** Resource types by CloudFormation name, such as `AWS::Glue::Job`. */
export type ResourceProviders = Readonly<Record<string, ResourceProvider>>;
