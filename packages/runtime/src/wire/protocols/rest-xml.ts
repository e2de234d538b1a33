import { escapeXml, readXml, writeXml } from '../xml.ts';
import { errorStatus, type ProtocolCodec, wireCode } from './protocol.ts';
import { type BodyFormat, readRestInput, writeRestOutput } from './rest.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

const XML_BODY: BodyFormat = {
  contentType: 'application/xml',
  read: readXml,
  write(model, ref, value) {
    const shape = model.shape(ref);
    const name = ref.locationName ?? shape.locationName ?? ref.shape;
    // Where the model names no namespace the service's own is meant; SDKs ignore it, people expect it.
    const text = writeXml(model, ref, value, name);
    const root = `<${name} xmlns="${model.metadata.xmlNamespace ?? ''}">`;
    return DECLARATION + (text.startsWith(`<${name}>`) ? root + text.slice(name.length + 2) : text);
  },
};

/** REST-XML, as S3 speaks it. */
export const restXmlProtocol: ProtocolCodec = {
  readInput: (request, routed, body) => readRestInput(request, routed, body, XML_BODY),

  writeOutput(output, routed, requestId) {
    const { status, headers, body } = writeRestOutput(
      (output ?? {}) as Record<string, unknown>,
      routed,
      XML_BODY,
    );
    return { status, headers: { ...headers, ...requestIds(requestId) }, body };
  },

  writeError(error, routed, requestId) {
    const members = Object.entries(error.fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`);
    return {
      status: errorStatus(error, routed),
      headers: { 'content-type': 'application/xml', ...requestIds(requestId) },
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
