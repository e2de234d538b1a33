import { CORE_SCHEMAS } from './create-host.ts';
import type { Dispatcher } from './dispatch/dispatcher.ts';
import type { Host } from './dispatch/host.ts';
import type { ResourceProvider } from './dispatch/resource-provider.ts';
import type { Service, ServiceDefinition } from './dispatch/service.ts';
import type { Database } from './store/database.ts';
import { migrate, type Schema } from './store/migrations.ts';

/** Brings the tables of the core and of the services up to date. */
export async function migrateServices(
  database: Database,
  definitions: readonly ServiceDefinition[],
): Promise<void> {
  await migrate(database, schemasOf(definitions));
}

/** The tables of the core and of the services. */
export function schemasOf(definitions: readonly ServiceDefinition[]): Schema[] {
  const schemas = definitions.flatMap(({ name, schema, librarySchemas = [] }) => [
    { component: name, migrations: schema },
    ...librarySchemas,
  ]);
  return [...CORE_SCHEMAS, ...schemas];
}

/** Makes the services known to each other; none of them is at work before it is started. */
export function createServices(
  definitions: readonly ServiceDefinition[],
  host: Host,
  dispatcher: Dispatcher,
  providers: Map<string, ResourceProvider>,
): Service[] {
  return definitions.map((definition) => {
    const service = definition.create(host);
    dispatcher.add(definition, service);
    for (const [kind, handler] of Object.entries(service.orders ?? {})) host.orders.handle(kind, handler);
    for (const [type, provider] of Object.entries(service.resources ?? {})) providers.set(type, provider);
    return service;
  });
}
