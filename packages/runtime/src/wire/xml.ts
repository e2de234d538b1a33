import { XMLParser } from 'fast-xml-parser';
import { ServiceError } from '../dispatch/errors.ts';
import type { ServiceModel } from '../model/load.ts';
import type { Shape, ShapeRef, StructureShape, WireTraits } from '../model/shapes.ts';
import { formatTimestamp, parseTimestamp } from './timestamps.ts';

/** An element: its children by name, in order, its attributes, and its text. */
interface Element {
  readonly children: ReadonlyMap<string, readonly Element[]>;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

type OrderedNode = Record<string, unknown> & { ':@'?: Record<string, string> };

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  // Keys may begin or end with blanks, and are escaped numerically where XML cannot hold a character.
  trimValues: false,
  htmlEntities: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

/**
 * Reads an XML document as the model says.
 *
 * @throws MalformedXML when it is no XML
 */
export function readXml(model: ServiceModel, ref: ShapeRef, text: string): unknown {
  return readElement(model, ref, parseXml(text));
}

function parseXml(text: string): Element {
  let nodes: OrderedNode[];
  try {
    nodes = parser.parse(text, true) as OrderedNode[];
  } catch {
    throw malformedXml();
  }
  const root = toElement(nodes, {});
  for (const [found] of root.children.values()) if (found) return found;
  throw malformedXml();
}

function toElement(nodes: readonly OrderedNode[], attributes: Record<string, string>): Element {
  const children = new Map<string, Element[]>();
  let text = '';
  for (const node of nodes) {
    if (node['#text'] !== undefined) {
      text += String(node['#text']);
      continue;
    }
    const name = Object.keys(node).find((key) => key !== ':@');
    if (name === undefined) continue;
    const child = toElement(node[name] as OrderedNode[], node[':@'] ?? {});
    const alike = children.get(name);
    if (alike) alike.push(child);
    else children.set(name, [child]);
  }
  return { children, attributes, text };
}

function readElement(model: ServiceModel, ref: ShapeRef, element: Element): unknown {
  const shape = model.shape(ref);
  switch (shape.type) {
    case 'structure':
      return readStructure(model, shape, element);
    case 'list': {
      const items = element.children.get(shape.member.locationName ?? 'member') ?? [];
      return items.map((item) => readElement(model, shape.member, item));
    }
    case 'map':
      return readMap(model, shape, element.children.get('entry') ?? []);
    case 'string':
      return element.text;
    default:
      return readScalar(shape, ref, element.text.trim());
  }
}

function readStructure(
  model: ServiceModel,
  shape: StructureShape,
  element: Element,
): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(shape.members)) {
    const memberShape = model.shape(member);
    const wireName = elementName(name, member, memberShape);
    if (member.xmlAttribute) {
      const attribute = element.attributes[wireName.slice(wireName.indexOf(':') + 1)];
      if (attribute !== undefined) value[name] = attribute;
      continue;
    }
    const found = element.children.get(wireName);
    if (!found?.[0]) continue;
    if (memberShape.type === 'list' && isFlattened(member, memberShape)) {
      value[name] = found.map((item) => readElement(model, memberShape.member, item));
    } else if (memberShape.type === 'map' && isFlattened(member, memberShape)) {
      value[name] = readMap(model, memberShape, found);
    } else {
      value[name] = readElement(model, member, found[0]);
    }
  }
  return value;
}

function readMap(model: ServiceModel, shape: Shape & { type: 'map' }, entries: readonly Element[]) {
  const map: Record<string, unknown> = {};
  for (const entry of entries) {
    const key = entry.children.get(shape.key.locationName ?? 'key')?.[0];
    const value = entry.children.get(shape.value.locationName ?? 'value')?.[0];
    if (key && value) map[key.text] = readElement(model, shape.value, value);
  }
  return map;
}

function readScalar(shape: Shape, ref: ShapeRef, text: string): unknown {
  switch (shape.type) {
    case 'boolean':
      return text.toLowerCase() === 'true';
    case 'timestamp': {
      const date = parseTimestamp(text, ref.timestampFormat ?? shape.timestampFormat ?? 'iso8601');
      if (!date) throw malformedXml();
      return date;
    }
    case 'blob':
      return new Uint8Array(Buffer.from(text, 'base64'));
    default: {
      const number = Number(text);
      if (text === '' || Number.isNaN(number)) throw malformedXml();
      return number;
    }
  }
}

/** A document that is no XML, or not what the model says; the words are S3's. */
export function malformedXml(): ServiceError {
  return new ServiceError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}

/** Writes a value as an element of the given name, in the model's member order. */
export function writeXml(model: ServiceModel, ref: ShapeRef, value: unknown, name: string): string {
  const parts: string[] = [];
  writeElement(model, ref, value, name, parts);
  return parts.join('');
}

function writeElement(
  model: ServiceModel,
  ref: ShapeRef,
  value: unknown,
  name: string,
  parts: string[],
): void {
  const shape = model.shape(ref);
  parts.push(`<${name}${attributesOf(model, ref, shape, value)}>`);
  writeContent(model, ref, shape, value, parts);
  parts.push(`</${name.split(' ')[0]}>`);
}

function attributesOf(model: ServiceModel, ref: ShapeRef, shape: Shape, value: unknown): string {
  let text = '';
  const namespace = ref.xmlNamespace ?? shape.xmlNamespace;
  if (namespace?.uri) {
    text += ` xmlns${namespace.prefix ? `:${namespace.prefix}` : ''}="${escapeXml(namespace.uri)}"`;
  }
  if (shape.type !== 'structure') return text;
  for (const [name, member] of Object.entries(shape.members)) {
    const found = (value as Record<string, unknown>)[name];
    if (member.xmlAttribute && found !== undefined) {
      text += ` ${elementName(name, member, model.shape(member))}="${escapeXml(String(found))}"`;
    }
  }
  return text;
}

function writeContent(
  model: ServiceModel,
  ref: ShapeRef,
  shape: Shape,
  value: unknown,
  parts: string[],
): void {
  switch (shape.type) {
    case 'structure':
      for (const [name, member] of Object.entries(shape.members)) {
        const found = (value as Record<string, unknown>)[name];
        if (found === undefined || found === null || member.location || member.xmlAttribute) continue;
        writeMember(model, name, member, found, parts);
      }
      return;
    case 'list':
      for (const item of value as unknown[]) {
        writeElement(model, shape.member, item, shape.member.locationName ?? 'member', parts);
      }
      return;
    case 'map':
      for (const entry of Object.entries(value as Record<string, unknown>)) {
        writeEntry(model, shape, entry, 'entry', parts);
      }
      return;
    case 'timestamp':
      parts.push(
        String(formatTimestamp(value as Date, ref.timestampFormat ?? shape.timestampFormat ?? 'iso8601')),
      );
      return;
    case 'blob':
      parts.push(Buffer.from(value as Uint8Array).toString('base64'));
      return;
    default:
      parts.push(escapeXml(String(value)));
  }
}

function writeMember(
  model: ServiceModel,
  name: string,
  member: ShapeRef,
  value: unknown,
  parts: string[],
): void {
  const shape = model.shape(member);
  const wireName = elementName(name, member, shape);
  if (shape.type === 'list' && isFlattened(member, shape)) {
    for (const item of value as unknown[]) writeElement(model, shape.member, item, wireName, parts);
  } else if (shape.type === 'map' && isFlattened(member, shape)) {
    for (const entry of Object.entries(value as Record<string, unknown>)) {
      writeEntry(model, shape, entry, wireName, parts);
    }
  } else {
    writeElement(model, member, value, wireName, parts);
  }
}

function writeEntry(
  model: ServiceModel,
  shape: Shape & { type: 'map' },
  [key, value]: [string, unknown],
  name: string,
  parts: string[],
): void {
  parts.push(`<${name}>`);
  writeElement(model, shape.key, key, shape.key.locationName ?? 'key', parts);
  writeElement(model, shape.value, value, shape.value.locationName ?? 'value', parts);
  parts.push(`</${name}>`);
}

function isFlattened(ref: WireTraits, shape: WireTraits): boolean {
  return ref.flattened ?? shape.flattened ?? false;
}

/** A member's element name; a flattened list repeats under its items' name where the member has none. */
function elementName(name: string, ref: ShapeRef, shape: Shape): string {
  if (ref.locationName) return ref.locationName;
  if (shape.type === 'list' && isFlattened(ref, shape)) return shape.member.locationName ?? name;
  return name;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Escapes text for element content and attributes. Line ends go as references, which parsers keep, and so
 * do control characters, which XML 1.0 has no place for: S3 writes keys that contain them so.
 */
export function escapeXml(text: string): string {
  return text.replace(
    /[&<>"\p{Cc}\u2028]/gu,
    (char) => ESCAPES[char] ?? `&#x${char.charCodeAt(0).toString(16).toUpperCase()};`,
  );
}
