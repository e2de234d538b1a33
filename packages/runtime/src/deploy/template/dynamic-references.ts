import { UnsupportedTemplate } from './invalid.ts';
import { isObject } from './template.ts';

const REFERENCE = /\{\{resolve:([a-z-]+):([^{}]+)\}\}/g;

/** A `{{resolve:…}}` of a text. */
export interface DynamicReference {
  readonly service: 'ssm' | 'ssm-secure';
  /** Parameter name, with `:version` where the reference has one. */
  readonly name: string;
}

export type ReadDynamicReference = (reference: DynamicReference) => Promise<string>;

/**
 * Puts what `{{resolve:ssm:name:version}}` and `{{resolve:ssm-secure:…}}` stand for into a value. The
 * references themselves are what a stack keeps and compares, as on AWS: a secret is not stored twice.
 *
 * @throws UnsupportedTemplate for a service that is not there, or what `read` throws
 */
export async function resolveDynamicReferences(value: unknown, read: ReadDynamicReference): Promise<unknown> {
  if (typeof value === 'string') return await inText(value, read);
  if (Array.isArray(value)) {
    return await Promise.all(value.map((item) => resolveDynamicReferences(item, read)));
  }
  if (!isObject(value)) return value;
  const entries = await Promise.all(
    Object.entries(value).map(async ([key, member]) => [key, await resolveDynamicReferences(member, read)]),
  );
  return Object.fromEntries(entries) as unknown;
}

/** Refuses references to services that are not there, before anything is done. */
export function checkDynamicReferences(value: unknown): void {
  if (typeof value === 'string') {
    for (const [, service = '', rest = ''] of value.matchAll(REFERENCE)) parse(service, rest);
  } else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) checkDynamicReferences(member);
  }
}

async function inText(text: string, read: ReadDynamicReference): Promise<string> {
  if (!text.includes('{{resolve:')) return text;
  let result = '';
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    result += text.slice(end, match.index) + (await read(parse(match[1]!, match[2]!)));
    end = match.index + match[0].length;
  }
  return result + text.slice(end);
}

function parse(service: string, name: string): DynamicReference {
  if (service === 'ssm' || service === 'ssm-secure') return { service, name };
  throw new UnsupportedTemplate(
    `Dynamic references to ${service} ({{resolve:${service}:…}}) are not supported by this version of Slipway; ` +
      'use {{resolve:ssm:…}} or {{resolve:ssm-secure:…}}.',
  );
}
