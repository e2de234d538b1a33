import { readFile, writeFile } from 'node:fs/promises';
import { StepFailure } from '../../../deploy/engine/failure-reason.ts';
import { isObject } from '../../../deploy/template/template.ts';

type Encoding = 'LITERAL' | 'UNQUOTED_JSON_VALUE' | 'JSON_VALUE' | 'YAML_STRING';

/** Texts to be put in place of markers in the files of one source. */
export type Markers = ReadonlyMap<string, Buffer>;

const PLAIN_YAML = /^[A-Za-z][A-Za-z0-9._-]*$/;
const YAML_WORDS = new Set(['y', 'n', 'yes', 'no', 'true', 'false', 'on', 'off', 'null']);

/**
 * The markers of a source, which stand for values that the CDK knows only when the stack is deployed, each
 * with its value in the notation that its place needs.
 *
 * @param config - `jsonEscape` for the default notation, `markerEncodings` for that of single markers
 */
export function markersOf(markers: unknown, config: unknown): Markers {
  if (!isObject(markers)) return new Map();
  const options = isObject(config) ? config : {};
  const encodings = isObject(options['markerEncodings']) ? options['markerEncodings'] : {};
  const fallback = String(options['jsonEscape']).toLowerCase() === 'true' ? 'UNQUOTED_JSON_VALUE' : 'LITERAL';
  return new Map(
    Object.entries(markers).map(([marker, value]) => {
      const encoding = (encodings[marker] ?? fallback) as Encoding;
      return [marker, Buffer.from(encode(marker, value, encoding))];
    }),
  );
}

/** Puts the values in place of the markers of a file. */
export async function replaceMarkers(path: string, markers: Markers): Promise<void> {
  const before = await readFile(path);
  let after: Buffer = before;
  for (const [marker, value] of markers) after = replaceAll(after, Buffer.from(marker), value);
  if (after !== before) await writeFile(path, after);
}

function encode(marker: string, value: unknown, encoding: Encoding): string {
  const json = JSON.stringify(value);
  switch (encoding) {
    case 'LITERAL':
      return text(marker, value, encoding);
    case 'JSON_VALUE':
      return json;
    case 'UNQUOTED_JSON_VALUE':
      return json.startsWith('"') ? json.slice(1, -1) : json;
    case 'YAML_STRING': {
      const plain = text(marker, value, encoding);
      return PLAIN_YAML.test(plain) && !YAML_WORDS.has(plain.toLowerCase()) ? plain : json;
    }
    default:
      throw new StepFailure(`Unknown marker encoding: ${String(encoding satisfies never)}`);
  }
}

function text(marker: string, value: unknown, encoding: Encoding): string {
  if (typeof value === 'string') return value;
  throw new StepFailure(`Expected a string for ${encoding} encoding for marker ${marker}`);
}

function replaceAll(content: Buffer, marker: Buffer, value: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = content.indexOf(marker); at >= 0; at = content.indexOf(marker, from)) {
    parts.push(content.subarray(from, at), value);
    from = at + marker.length;
  }
  return from === 0 ? content : Buffer.concat([...parts, content.subarray(from)]);
}
