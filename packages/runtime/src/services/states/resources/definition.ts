import type { S3 } from '@aws-sdk/client-s3';
import { documentProperty } from '../../../dispatch/property-values.ts';
import type { DeployContext, Properties } from '../../../dispatch/resource-provider.ts';

/** A definition that lies in a bucket. */
export interface DefinitionLocation {
  readonly Bucket: string;
  readonly Key: string;
  readonly Version?: string;
}

/**
 * The definition that a template gives as text, as an object, or as a file in a bucket, with its
 * substitutions (`${name}`) carried out.
 */
export async function definitionOf(properties: Properties, context: DeployContext): Promise<string> {
  const text =
    documentProperty(properties, 'DefinitionString') ??
    documentProperty(properties, 'Definition') ??
    (await readLocation(properties['DefinitionS3Location'] as DefinitionLocation | undefined, context));
  if (text === undefined) {
    throw new Error('One of DefinitionString, Definition and DefinitionS3Location has to be given');
  }
  return substituted(text, properties);
}

/** The text with `DefinitionSubstitutions` carried out. */
export function substituted(text: string, properties: Properties): string {
  const substitutions = (properties['DefinitionSubstitutions'] ?? {}) as Record<string, unknown>;
  return Object.entries(substitutions).reduce(
    (result, [name, value]) => result.replaceAll(`\${${name}}`, substitute(value)),
    text,
  );
}

/** A value within JSON text: strings without quotes, as the definition has its own. */
function substitute(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value);
}

async function readLocation(
  location: DefinitionLocation | undefined,
  context: DeployContext,
): Promise<string | undefined> {
  if (!location) return undefined;
  const { Bucket, Key, Version } = location;
  const { Body } = await context
    .client<S3>('s3')
    .getObject({ Bucket, Key, ...(Version !== undefined && { VersionId: Version }) });
  const chunks: Buffer[] = [];
  for await (const chunk of Body ?? []) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  if (!/\.ya?ml$/i.test(Key)) return text;
  const { parse } = await import('yaml');
  return JSON.stringify(parse(text));
}
