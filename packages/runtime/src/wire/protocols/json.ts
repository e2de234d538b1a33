import { type ServiceError, serializationError } from '../../dispatch/errors.ts';
import type { RequestBody } from '../body.ts';
import { readJson, writeJson } from '../json-shapes.ts';
import type { WireRequest } from '../request.ts';
import type { WireResponse } from '../response.ts';
import type { Routed } from '../routing.ts';
import { errorStatus, type ProtocolCodec, wireCode } from './protocol.ts';

/** AWS JSON 1.0 and 1.1: one path, the operation in X-Amz-Target. */
export const jsonProtocol: ProtocolCodec = {
  async readInput(_request: WireRequest, { model, operation }: Routed, body: RequestBody): Promise<unknown> {
    const parsed = parseJson((await body.bytes()).toString('utf8'));
    return operation.input ? readJson(model, operation.input, parsed) : {};
  },

  writeOutput(output: unknown, routed: Routed, requestId: string): WireResponse {
    const { model, operation } = routed;
    const value = operation.output ? writeJson(model, operation.output, output ?? {}) : undefined;
    return {
      status: 200,
      headers: jsonHeaders(routed, requestId),
      body: value === undefined ? '' : JSON.stringify(value),
    };
  },

  writeError(error: ServiceError, routed: Routed | undefined, requestId: string): WireResponse {
    return {
      status: errorStatus(error, routed),
      headers: {
        ...jsonHeaders(routed, requestId),
        'x-amzn-errortype': error.code,
        // Services that once spoke the query protocol say the code that they had in it.
        ...(routed?.model.metadata.awsQueryCompatible && {
          'x-amzn-query-error': `${wireCode(error, routed)};Sender`,
        }),
      },
      body: JSON.stringify({ __type: error.code, ...errorMembers(error, routed) }),
    };
  },
};

/** An error's members: the message under the name the model gives it, or under both customary ones. */
export function errorMembers(error: ServiceError, routed: Routed | undefined): Record<string, unknown> {
  const shape = routed?.model.error(error.code);
  if (!shape) return { message: error.message, Message: error.message };
  const name = shape.members['Message'] ? 'Message' : 'message';
  const structure = { shape: error.code };
  const fields = routed?.model.error(error.code)
    ? (writeJson(routed.model, structure, error.fields) as Record<string, unknown>)
    : {};
  return { ...fields, [name]: error.message };
}

export function parseJson(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw serializationError('The request body is not valid JSON');
  }
}

function jsonHeaders(routed: Routed | undefined, requestId: string): Record<string, string> {
  return {
    'content-type': `application/x-amz-json-${routed?.jsonVersion ?? '1.1'}`,
    'x-amzn-requestid': requestId,
  };
}
