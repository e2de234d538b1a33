import type { Scope } from '../../store/collection.ts';
import { invalidParameter, notFound } from './errors.ts';

export const LATEST = '$LATEST';

/** A function as a request names it. */
export interface FunctionReference {
  /** Whose function it is: the ARN's account, or the caller's. */
  readonly scope: Scope;
  readonly name: string;
  /** Version or alias, where the name or the request has one. */
  readonly qualifier: string | undefined;
}

// name · name:qualifier · account:function:name · function:name · arn:aws:lambda:region:account:function:name,
// each with an optional qualifier behind it.
const REFERENCE =
  /^(?:arn:aws[a-z-]*:lambda:)?(?:([a-z]{2,4}(?:-[a-z]+)+-\d):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9-_.]+)(?::(\$LATEST|[a-zA-Z0-9-_]+))?$/;

/**
 * Reads a function's name, partial ARN or ARN.
 *
 * @param qualifier - the request's own, which must not contradict the name's
 * @throws ServiceError when the two differ or the ARN is of another region
 */
export function referenceOf(caller: Scope, text: string, qualifier?: string): FunctionReference {
  const match = REFERENCE.exec(text);
  if (!match) throw invalidParameter(`Invalid function name: ${text}`);
  const [, region, account, name = '', derived] = match;
  if (region !== undefined && region !== caller.region) {
    throw notFound(`Functions from '${region}' are not reachable in this region ('${caller.region}')`);
  }
  if (derived !== undefined && qualifier !== undefined && derived !== qualifier) {
    throw invalidParameter(
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return {
    scope: { account: account ?? caller.account, region: caller.region },
    name,
    qualifier: qualifier ?? derived,
  };
}

/** `arn:aws:lambda:<region>:<account>:function:<name>[:<qualifier>]` */
export function functionArn({ account, region }: Scope, name: string, qualifier?: string): string {
  const arn = `arn:aws:lambda:${region}:${account}:function:${name}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

export function arnOf({ scope, name, qualifier }: FunctionReference): string {
  return functionArn(scope, name, qualifier);
}

/** Whether a qualifier names a version and not an alias. */
export function isVersion(qualifier: string): boolean {
  return qualifier === LATEST || /^\d+$/.test(qualifier);
}
