import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { malformed, wrongFunction } from './invalid.ts';

/**
 * Reads a template written in YAML, with the short forms of the intrinsic functions (`!Ref`, `!Sub`,
 * `!GetAtt` …). Numbers with leading zeros stay text: an account id is no octal number.
 *
 * @throws ValidationError when it is no YAML, or uses aliases, which CloudFormation does not know
 */
export function parseYaml(text: string): unknown {
  const lines = new LineCounter();
  // Unknown tags are warnings of the parser; they are the functions.
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error', uniqueKeys: true });
  const error = document.errors[0];
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    if (error.code === 'DUPLICATE_KEY') {
      throw malformed(`YAML not well-formed. (line ${line}, column ${col}): a key is there twice`);
    }
    throw malformed(`YAML not well-formed. (line ${line}, column ${col})`);
  }
  return readNode(document.contents);
}

function readNode(node: unknown): unknown {
  if (node === null || node === undefined) return null;
  const value = plainValue(node as Node);
  const tag = (node as Node).tag;
  return tag?.startsWith('!') && !tag.startsWith('!!') ? longForm(tag.slice(1), value) : value;
}

function plainValue(node: Node): unknown {
  if (isAlias(node)) throw wrongFunction('YAML aliases are not allowed in CloudFormation templates');
  if (isMap(node)) {
    const entries: [string, unknown][] = node.items.map(({ key, value }) => [keyText(key), readNode(value)]);
    return Object.fromEntries(entries);
  }
  if (isSeq(node)) return node.items.map(readNode);
  if (!isScalar(node)) throw malformed('unsupported structure.');
  const { value, source } = node;
  if (typeof value === 'number' && source !== undefined && /^0\d/.test(source)) return source;
  // A number too long for a double would be another one afterwards.
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) return source;
  return value;
}

function keyText(key: unknown): string {
  if (isScalar(key)) return key.source ?? String(key.value);
  throw malformed('unsupported structure.');
}

/** `!GetAtt A.B` is `Fn::GetAtt: [A, B]`; every other tag is the function of its name. */
function longForm(name: string, value: unknown): unknown {
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (name === 'GetAtt' && typeof value === 'string') {
    const dot = value.indexOf('.');
    return { 'Fn::GetAtt': dot < 0 ? [value] : [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [`Fn::${name}`]: value };
}
