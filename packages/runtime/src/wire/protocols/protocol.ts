import type { ServiceError } from '../../dispatch/errors.ts';
import type { RequestBody } from '../body.ts';
import type { WireRequest } from '../request.ts';
import type { WireResponse } from '../response.ts';
import type { Routed } from '../routing.ts';

/** Reads requests and writes responses of one wire protocol, for every service alike. */
export interface ProtocolCodec {
  readInput(request: WireRequest, routed: Routed, body: RequestBody): Promise<unknown>;
  writeOutput(output: unknown, routed: Routed, requestId: string): WireResponse;
  writeError(error: ServiceError, routed: Routed | undefined, requestId: string): WireResponse;
}

/** The HTTP status of an error: its own, or the model's, or 400. */
export function errorStatus(error: ServiceError, routed: Routed | undefined): number {
  return error.status ?? routed?.model.error(error.code)?.error?.httpStatusCode ?? 400;
}

/** The code on the wire, which the query and XML models sometimes name apart from the exception. */
export function wireCode(error: ServiceError, routed: Routed | undefined): string {
  return routed?.model.error(error.code)?.error?.code ?? error.code;
}
