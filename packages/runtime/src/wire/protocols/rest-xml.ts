import { ServiceError } from '../../dispatch/errors.ts';
import type { ServiceModel } from '../../model/load.ts';
import type { StructureShape } from '../../model/shapes.ts';
import { escapeXml, readXml, writeXml } from '../xml.ts';
import { errorStatus, type ProtocolCodec, wireCode } from './protocol.ts';
import { type BodyFormat, readRestInput, writeRestOutput } from './rest.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

const XML_BODY: BodyFormat = {
  contentType: 'application/xml',
  read: readXml,
  notNumber(name, text) {
    // S3 takes an empty number for none.
    if (text === '') return undefined;
    throw new ServiceError('InvalidArgument', `Provided ${name} not an integer or within integer range`, {
      ArgumentName: name,
      ArgumentValue: text,
    });
  },
  write(model, ref, value) {
    const shape = model.shape(ref);
    if (shape.type === 'structure' && shape.unwrapped) return writeUnwrapped(model, shape, value);
    const name = ref.locationName ?? shape.locationName ?? ref.shape;
    const text = writeXml(model, ref, value, name);
    // Where the model names no namespace the service's own is meant; SDKs ignore it, people expect it.
    const namespace = shape.xmlNamespace?.uri ?? model.metadata.xmlNamespace ?? '';
    const root = namespace === '' ? `<${name}>` : `<${name} xmlns="${namespace}">`;
    return DECLARATION + (text.startsWith(`<${name}>`) ? root + text.slice(name.length + 2) : text);
  },
};

/** An output that is its only member: `<LocationConstraint>eu-west-1</LocationConstraint>`. */
function writeUnwrapped(model: ServiceModel, shape: StructureShape, value: unknown): string {
  const [name, member] = Object.entries(shape.members)[0]!;
  const found = (value as Record<string, unknown>)[name] ?? '';
  return DECLARATION + writeXml(model, member, found, `${name} xmlns="${model.metadata.xmlNamespace ?? ''}"`);
}

/** REST-XML, as S3 speaks it. */
export const restXmlProtocol: ProtocolCodec = {
  readInput: (request, routed, body) => readRestInput(request, routed, body, XML_BODY),

  writeOutput(output, routed, requestId) {
    const { status, headers, body } = writeRestOutput(
      (output ?? {}) as Record<string, unknown>,
      routed,
      XML_BODY,
    );
    // S3 names the type of the document that a HEAD's answer would have.
    if (routed.operation.http.method === 'HEAD') headers['content-type'] ??= XML_BODY.contentType;
    return { status, headers: { ...headers, ...requestIds(requestId) }, body };
  },

  writeError(error, routed, requestId) {
    const members = Object.entries(error.fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`);
    return {
      status: errorStatus(error, routed),
      headers: { 'content-type': 'application/xml', ...requestIds(requestId), ...error.headers },
      body:
        `${DECLARATION}<Error><Code>${escapeXml(wireCode(error, routed))}</Code>` +
        `<Message>${escapeXml(error.message)}</Message>${members.join('')}` +
        `<RequestId>${requestId}</RequestId><HostId>${requestId}</HostId></Error>`,
    };
  },
};

function requestIds(requestId: string): Record<string, string> {
  return { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId };
}
