import { ServiceError } from '../../dispatch/errors.ts';
import type { Properties, ResourceProvider } from '../../dispatch/resource-provider.ts';
import { defineService, type ServiceDefinition } from '../../dispatch/service.ts';

/** Resources of the type `Test::Thing`, kept in memory, for tests of the engine. */
export interface Things {
  readonly service: ServiceDefinition;
  /** What exists: physical id → properties. */
  readonly existing: Map<string, Properties>;
  /** What was done, in order, such as `create A`. */
  readonly log: string[];
  /** Steps (`create A`, `update B`, `delete C`) that fail, with the reason. */
  readonly failing: Map<string, string>;
  /** Steps that wait until they are let go on. */
  readonly held: Map<string, Promise<void>>;
}

/**
 * Makes things. Their properties: `Value`, updated in place; `Name`, whose change needs a new thing;
 * `Tags`. Their attributes: `Arn` and `Value`.
 */
export function createThings(): Things {
  const existing = new Map<string, Properties>();
  const log: string[] = [];
  const failing = new Map<string, string>();
  const held = new Map<string, Promise<void>>();
  const act = async (step: string) => {
    await held.get(step);
    const reason = failing.get(step);
    if (reason !== undefined) throw new ServiceError('InvalidRequestException', reason);
    log.push(step);
  };
  const attributesOf = (id: string, properties: Properties) => ({
    Arn: `arn:aws:test:::${id}`,
    Value: properties['Value'],
    Nested: { Deep: `deep-${id}` },
  });
  const thing: ResourceProvider = {
    properties: ['Value', 'Name', 'Tags', 'List'],
    inert: ['Ignored'],
    replaceOn: ['Name'],
    async create(properties, context) {
      const id = (properties['Name'] as string | undefined) ?? context.name(40);
      if (existing.has(id)) throw new ServiceError('AlreadyExistsException', `${id} already exists`);
      await act(`create ${context.logicalId}`);
      existing.set(id, properties);
      return { physicalId: id, attributes: attributesOf(id, properties) };
    },
    async update(id, properties, _previous, context) {
      await act(`update ${context.logicalId}`);
      existing.set(id, properties);
      return { physicalId: id, attributes: attributesOf(id, properties) };
    },
    async delete(id, _properties, context) {
      await act(`delete ${context.logicalId}`);
      existing.delete(id);
    },
  };
  const service = defineService({
    name: 'things',
    models: [],
    schema: [],
    create: () => ({ operations: {}, resources: { 'Test::Thing': thing } }),
  });
  return { service, existing, log, failing, held };
}
