import { serializationError } from '../../dispatch/errors.ts';
import type { ServiceModel } from '../../model/load.ts';
import type { Shape, ShapeRef } from '../../model/shapes.ts';
import { parseQuery } from '../request.ts';
import { parseTimestamp } from '../timestamps.ts';
import { escapeXml, writeXml } from '../xml.ts';
import { errorStatus, type ProtocolCodec, wireCode } from './protocol.ts';

/** The query protocol: a form in, XML out, as IAM, STS and CloudFormation speak it. */
export const queryProtocol: ProtocolCodec = {
  async readInput(request, { model, operation }, body) {
    const form = request.method === 'GET' ? request.query : parseQuery((await body.bytes()).toString('utf8'));
    if (!operation.input) return {};
    return readValue(model, operation.input, toTree(form)) ?? {};
  },

  writeOutput(output, { model, operation }, requestId) {
    const result = operation.output
      ? writeXml(
          model,
          operation.output,
          output ?? {},
          operation.output.resultWrapper ?? `${operation.name}Result`,
        )
      : '';
    const namespace = model.metadata.xmlNamespace ?? '';
    return {
      status: 200,
      headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
      body:
        `<${operation.name}Response xmlns="${escapeXml(namespace)}">${result}` +
        `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation.name}Response>`,
    };
  },

  writeError(error, routed, requestId) {
    const status = errorStatus(error, routed);
    const namespace = routed?.model.metadata.xmlNamespace ?? '';
    return {
      status,
      headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
      body:
        `<ErrorResponse xmlns="${escapeXml(namespace)}"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>` +
        `<Code>${escapeXml(wireCode(error, routed))}</Code><Message>${escapeXml(error.message)}</Message></Error>` +
        `<RequestId>${requestId}</RequestId></ErrorResponse>`,
    };
  },
};

/** `A.member.1.B=x` as a tree: what the dots separate becomes levels. */
interface Tree {
  text?: string;
  readonly children: Map<string, Tree>;
}

function toTree(form: ReadonlyMap<string, readonly string[]>): Tree {
  const root: Tree = { children: new Map() };
  for (const [name, values] of form) {
    let node = root;
    for (const part of name.split('.')) {
      const child = node.children.get(part) ?? { children: new Map() };
      node.children.set(part, child);
      node = child;
    }
    node.text = values[0] ?? '';
  }
  return root;
}

function readValue(model: ServiceModel, ref: ShapeRef, tree: Tree): unknown {
  const shape = model.shape(ref);
  switch (shape.type) {
    case 'structure': {
      const value: Record<string, unknown> = {};
      for (const [name, member] of Object.entries(shape.members)) {
        const child = tree.children.get(member.queryName ?? member.locationName ?? name);
        if (child) value[name] = readValue(model, member, child);
      }
      return value;
    }
    case 'list': {
      const flattened = ref.flattened ?? shape.flattened;
      // An empty list is sent as `Name=`.
      const items = flattened ? tree : tree.children.get(shape.member.locationName ?? 'member');
      return numbered(items).map((item) => readValue(model, shape.member, item));
    }
    case 'map': {
      const flattened = ref.flattened ?? shape.flattened;
      const entries = numbered(flattened ? tree : tree.children.get('entry'));
      return Object.fromEntries(
        entries.map((entry) => {
          const key = entry.children.get(shape.key.locationName ?? 'key')?.text ?? '';
          const value = entry.children.get(shape.value.locationName ?? 'value') ?? { children: new Map() };
          return [key, readValue(model, shape.value, value)];
        }),
      );
    }
    default:
      return readScalar(shape, tree.text ?? '');
  }
}

function numbered(tree: Tree | undefined): Tree[] {
  if (!tree) return [];
  return [...tree.children.entries()]
    .filter(([name]) => /^\d+$/.test(name))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}

function readScalar(shape: Shape, text: string): unknown {
  switch (shape.type) {
    case 'string':
      return text;
    case 'boolean':
      return text.toLowerCase() === 'true';
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'));
    case 'timestamp': {
      const date = parseTimestamp(text, 'iso8601');
      if (!date) throw serializationError(`'${text}' is not a timestamp`);
      return date;
    }
    default: {
      const number = Number(text);
      if (text === '' || Number.isNaN(number)) throw serializationError(`'${text}' is not a number`);
      return number;
    }
  }
}
