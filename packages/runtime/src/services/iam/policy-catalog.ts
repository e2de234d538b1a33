import type { CallContext } from '../../dispatch/context.ts';
import type { Scope } from '../../store/collection.ts';
import { awsManagedPolicy } from './aws-managed-policies.ts';
import type { CustomerPolicy, Directory } from './directory.ts';
import { noSuchEntity, validationError } from './failures.ts';

const POLICY_ARN = /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy(\/(?:.*\/)?)([^/]+)$/;

/** `…:policy/service-role/AWSLambdaRole` → `AWSLambdaRole` */
export function policyNameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** `…:policy/service-role/AWSLambdaRole` → `/service-role/` */
export function policyPathOf(arn: string): string {
  return POLICY_ARN.exec(arn)?.[2] ?? '/';
}

export function isAwsPolicy(arn: string): boolean {
  return POLICY_ARN.exec(arn)?.[1] === 'aws';
}

/** Policies by ARN: the account's own and AWS's. */
export class PolicyCatalog {
  readonly #directory: Directory;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  customer(scope: Scope, arn: string): CustomerPolicy | undefined {
    return this.#directory.policies.list(scope, { where: { arn }, limit: 1 })[0]?.document;
  }

  /** @throws NoSuchEntity */
  customerOrFail(scope: Scope, arn: string): CustomerPolicy {
    const policy = this.customer(scope, arn);
    if (!policy) throw noSuchEntity(`Policy ${arn} was not found.`);
    return policy;
  }

  /**
   * Whether a policy may be attached or bound to an entity. All policies that AWS provides may, also
   * those whose documents are not known here; that is said in a warning.
   *
   * @throws ValidationError for what is no policy's ARN, NoSuchEntity for a policy that does not exist
   */
  checkAttachable(scope: Scope, arn: string, context: CallContext, what = 'Policy'): void {
    if (!POLICY_ARN.test(arn)) throw validationError(`ARN ${arn} is not valid.`);
    if (isAwsPolicy(arn)) {
      if (!awsManagedPolicy(arn)) {
        context.warn(
          `What ${arn} allows is not known to this version of Slipway; it is attached by name only.`,
        );
      }
    } else if (!this.customer(scope, arn)) {
      throw noSuchEntity(`${what} ${arn} does not exist or is not attachable.`);
    }
  }
}
