import type { Protocol } from '../model/shapes.ts';

/**
 * An error that a service answers, by the name of its exception in the official model (the one SDKs
 * know, such as `NoSuchEntityException`) or, for codes no model declares, by the code itself.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  /** Exception name or code. */
  readonly code: string;
  /** HTTP status; when absent the model's, or else 400. */
  readonly status: number | undefined;
  /** Headers that go with the answer, for the REST protocols; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Further members of the exception's structure. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The call that failed; the dispatcher says so. */
  requestId: string | undefined;

  constructor(
    code: string,
    message: string,
    {
      status,
      headers = {},
      ...fields
    }: { status?: number; headers?: Record<string, string> } & Record<string, unknown> = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.headers = headers;
    this.fields = fields;
  }
}

/** The model has the operation, this version of the runtime does not serve it. */
export function notImplemented(service: string, operation: string, reason?: string): ServiceError {
  return new ServiceError(
    'NotImplemented',
    `${service}:${operation} is not served by this version of Slipway${reason ? `: ${reason}` : ''}. ` +
      'See docs/coverage.md for what each service does.',
    { status: 501 },
  );
}

/** No model has the operation. */
export function unknownOperation(operation: string): ServiceError {
  return new ServiceError('UnknownOperationException', `Unknown operation: ${operation}`);
}

/** Policies deny the call; code and status are the protocol's. */
export function accessDenied(protocol: Protocol, sentence: string): ServiceError {
  switch (protocol) {
    case 'json':
      return new ServiceError('AccessDeniedException', sentence, { status: 400 });
    case 'rest-json':
      return new ServiceError('AccessDeniedException', sentence, { status: 403 });
    case 'query':
    case 'rest-xml':
    case 'smithy-rpc-v2-cbor':
      return new ServiceError('AccessDenied', sentence, { status: 403 });
    default:
      return protocol satisfies never;
  }
}

/** The request's body or parameters could not be read as the model says. */
export function serializationError(message: string): ServiceError {
  return new ServiceError('SerializationException', message);
}
