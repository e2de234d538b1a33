import { serializationError } from '../../dispatch/errors.ts';
import type { ServiceModel } from '../../model/load.ts';
import type { ShapeRef } from '../../model/shapes.ts';
import { CborDouble, decodeCbor, encodeCbor } from '../cbor.ts';
import { errorStatus, type ProtocolCodec, wireCode } from './protocol.ts';

/** Smithy RPC v2 CBOR, which current SDKs may use for CloudWatch. */
export const cborProtocol: ProtocolCodec = {
  async readInput(_request, { operation }, body) {
    const bytes = await body.bytes();
    if (!operation.input || bytes.length === 0) return {};
    let value: unknown;
    try {
      value = decodeCbor(bytes);
    } catch {
      throw serializationError('The request body is not valid CBOR');
    }
    return withoutNulls(value);
  },

  writeOutput(output, { model, operation }, requestId) {
    const value = operation.output ? toCbor(model, operation.output, output ?? {}) : {};
    return { status: 200, headers: cborHeaders(requestId), body: encodeCbor(value) };
  },

  writeError(error, routed, requestId) {
    const body = { __type: error.code, message: error.message, ...error.fields };
    return {
      status: errorStatus(error, routed),
      headers: { ...cborHeaders(requestId), 'x-amzn-query-error': `${wireCode(error, routed)};Sender` },
      body: encodeCbor(body),
    };
  },
};

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) {
    return value;
  }
  const entries = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(entries.map(([key, member]) => [key, withoutNulls(member)]));
}

/** Keeps the model's members and marks its floating-point ones, which CBOR tells apart from integers. */
function toCbor(model: ServiceModel, ref: ShapeRef, value: unknown): unknown {
  const shape = model.shape(ref);
  switch (shape.type) {
    case 'structure': {
      const source = value as Record<string, unknown>;
      const present = Object.entries(shape.members).filter(([name]) => source[name] != null);
      return Object.fromEntries(present.map(([name, member]) => [name, toCbor(model, member, source[name])]));
    }
    case 'list':
      return (value as unknown[]).map((item) => toCbor(model, shape.member, item));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Record<string, unknown>).map(([key, item]) => [
          key,
          toCbor(model, shape.value, item),
        ]),
      );
    case 'float':
    case 'double':
      return new CborDouble(value as number);
    default:
      return value;
  }
}

function cborHeaders(requestId: string): Record<string, string> {
  return {
    'content-type': 'application/cbor',
    'smithy-protocol': 'rpc-v2-cbor',
    'x-amzn-requestid': requestId,
  };
}
