import type { ResourceProvider } from '../dispatch/resource-provider.ts';
import type { Blueprint } from './blueprint.ts';
import type { FindProvider } from './providers.ts';
import { checkDynamicReferences } from './template/dynamic-references.ts';
import { UnsupportedTemplate } from './template/invalid.ts';
import { isObject, type ResourceDefinition } from './template/template.ts';

/** Something in a template that this version does not carry out. */
export interface Unsupported {
  readonly logicalId: string;
  readonly type: string;
  /** Where in the template, such as `/Resources/Fn/Properties/Foo`. */
  readonly path: string;
  readonly reason: 'type' | 'property' | 'attribute';
}

/** What of a template nobody here would carry out; empty when it can be deployed. */
export function findUnsupported(
  { resources, template }: Blueprint,
  findProvider: FindProvider,
): Unsupported[] {
  return Object.entries(resources).flatMap(([logicalId, definition]) => {
    const found = (reason: Unsupported['reason'], path: string): Unsupported => ({
      logicalId,
      type: definition.Type,
      path: `/Resources/${logicalId}${path}`,
      reason,
    });
    const provider = findProvider(definition.Type, template);
    if (!provider) return [found('type', '/Type')];
    const properties = unknownProperties(provider, definition).map((name) =>
      found('property', `/Properties/${name}`),
    );
    const attributes = (['CreationPolicy', 'UpdatePolicy'] as const)
      .filter((name) => definition[name] !== undefined)
      .map((name) => found('attribute', `/${name}`));
    return [...properties, ...attributes];
  });
}

/**
 * @throws UnsupportedTemplate naming every resource, property and attribute that is not supported, before
 * anything is touched
 */
export function checkSupported(blueprint: Blueprint, findProvider: FindProvider): void {
  for (const { Properties } of Object.values(blueprint.resources)) checkDynamicReferences(Properties);
  const unsupported = findUnsupported(blueprint, findProvider);
  if (unsupported.length === 0) return;
  const types = unsupported.filter(({ reason }) => reason === 'type');
  if (types.length > 0) {
    const names = [...new Set(types.map(({ type }) => type))];
    throw new UnsupportedTemplate(
      `Template format error: Unrecognized resource types: [${names.join(', ')}] ` +
        `(${types.map(({ path }) => path).join(', ')}): not provided by this version of Slipway. ` +
        'A type that nothing depends on can be accepted without effect: list it in acceptInert.',
    );
  }
  throw new UnsupportedTemplate(unsupported.map(describe).join(' '));
}

function unknownProperties(provider: ResourceProvider, { Properties }: ResourceDefinition): string[] {
  const { properties, inert = [] } = provider;
  if (properties === 'any' || !isObject(Properties)) return [];
  return Object.keys(Properties).filter((name) => !properties.includes(name) && !inert.includes(name));
}

function describe({ logicalId, type, path, reason }: Unsupported): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (reason === 'attribute')
    return `${path}: ${name} of ${type} is not supported by this version of Slipway.`;
  return (
    `Properties validation failed for resource ${logicalId} with message: #: extraneous key [${name}] is not permitted ` +
    `(${path} is not supported by this version of Slipway).`
  );
}
