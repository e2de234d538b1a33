import { serializationError } from '../../dispatch/errors.ts';
import { readJson, writeJson } from '../json-shapes.ts';
import { errorMembers, parseJson } from './json.ts';
import { errorStatus, type ProtocolCodec } from './protocol.ts';
import { type BodyFormat, readRestInput, writeRestOutput } from './rest.ts';

const JSON_BODY: BodyFormat = {
  contentType: 'application/json',
  read: (model, ref, text) => readJson(model, ref, parseJson(text)),
  notNumber(_name, text) {
    throw serializationError(`'${text}' can not be converted to a number`);
  },
  // Members bound to headers or the status are not part of the body.
  write(model, ref, value) {
    const shape = model.shape(ref);
    const written = writeJson(model, ref, value);
    if (shape.type !== 'structure') return JSON.stringify(written);
    const body = Object.entries(written as Record<string, unknown>).filter(
      ([name]) => shape.members[name]?.location === undefined,
    );
    return JSON.stringify(Object.fromEntries(body));
  },
};

/** REST-JSON, as Lambda and the SageMaker runtime speak it. */
export const restJsonProtocol: ProtocolCodec = {
  readInput: (request, routed, body) => readRestInput(request, routed, body, JSON_BODY),

  writeOutput(output, routed, requestId) {
    const { status, headers, body } = writeRestOutput(
      (output ?? {}) as Record<string, unknown>,
      routed,
      JSON_BODY,
    );
    return { status, headers: { ...headers, 'x-amzn-requestid': requestId }, body };
  },

  writeError(error, routed, requestId) {
    return {
      status: errorStatus(error, routed),
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        'x-amzn-errortype': error.code,
        ...error.headers,
      },
      body: JSON.stringify({ ...errorMembers(error, routed) }),
    };
  },
};
