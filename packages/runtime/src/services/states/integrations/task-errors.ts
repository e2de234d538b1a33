import { TaskError } from '@slipway/states';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { ServiceModel } from '../../../model/load.ts';

/** How a service's errors are named and told by an integration. */
export interface ErrorStyle {
  readonly model: ServiceModel;
  /** Such as `Lambda` in `Lambda.TooManyRequestsException`. */
  readonly prefix: string;
  /** Errors that no model declares: `Glue.AWSGlueException`. */
  readonly unmodelled: string;
  /** The service's name in the cause. */
  readonly serviceName: string;
  /** SDK integrations use the Java SDK 2, optimized ones version 1; their texts differ. */
  readonly sdkVersion: 1 | 2;
}

/**
 * A failed call as a task's failure. Modelled exceptions keep their class name (with `Exception` behind
 * where the model has none), others become the SDK's general exception of the service (recorded on AWS:
 * `S3.NoSuchKeyException`, `Sfn.InvalidTokenException`).
 */
export function toTaskError(error: unknown, style: ErrorStyle): unknown {
  if (!(error instanceof ServiceError)) return error;
  const { model, prefix, unmodelled, serviceName, sdkVersion } = style;
  const status = error.status ?? model.error(error.code)?.error?.httpStatusCode ?? 400;
  const name = model.error(error.code) ? withException(error.code) : withException(unmodelled);
  const { requestId } = error;
  const cause =
    sdkVersion === 2
      ? `${error.message} (Service: ${serviceName}, Status Code: ${status}, Request ID: ${requestId}) (SDK Attempt Count: 1)`
      : `${error.message} (Service: ${serviceName}; Status Code: ${status}; Error Code: ${error.code}; Request ID: ${requestId}; Proxy: null)`;
  return new TaskError(`${prefix}.${name}`, cause);
}

function withException(name: string): string {
  return name.endsWith('Exception') ? name : `${name}Exception`;
}
