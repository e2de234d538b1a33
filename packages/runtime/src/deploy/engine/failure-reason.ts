import { ServiceError } from '../../dispatch/errors.ts';

// What the handlers of AWS's own resource types report.
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
const HANDLER_CODES: readonly (readonly [RegExp, string])[] = [
  [/already|exists|conflict/i, 'AlreadyExists'],
  [/not.?found|no.?such/i, 'NotFound'],
  [/access.?denied|not.?authorized|forbidden/i, 'AccessDenied'],
  [/throttl|too.?many|limit/i, 'Throttling'],
  [/valid|malformed|serialization|not.?implemented/i, 'InvalidRequest'],
];

/** A reason that is told as it is, because the deployment itself gives it. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
}

/** Why a resource failed, as CloudFormation puts it into its events. */
export function failureReason(error: unknown, requestToken: string): string {
  if (error instanceof StepFailure) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof ServiceError ? handlerCode(error.code) : 'InternalFailure';
  return `Resource handler returned message: "${message}" (RequestToken: ${uuidOf(requestToken)}, HandlerErrorCode: ${code})`;
}

/** Whether a resource could not be made because there is one of that name. */
export function isNameTaken(error: unknown): boolean {
  return error instanceof ServiceError && handlerCode(error.code) === 'AlreadyExists';
}

function handlerCode(code: string): string {
  return HANDLER_CODES.find(([pattern]) => pattern.test(code))?.[1] ?? 'GeneralServiceException';
}

function uuidOf(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
