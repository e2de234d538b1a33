import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuntimeConfig } from './config.ts';
import { createHost } from './create-host.ts';
import { createServices, migrateServices } from './create-services.ts';
import { type CheckedStack, checkAssembly } from './deploy/check/check-assembly.ts';
import { createFindProvider } from './deploy/providers.ts';
import type { ResourceProvider } from './dispatch/resource-provider.ts';
import { services } from './services/index.ts';
import { systemClock } from './store/clock.ts';
import { Database } from './store/database.ts';
import { createIds } from './store/ids.ts';

/**
 * Checks a cloud assembly against the services as they are, none of which is started: their tables are
 * in memory, and their folders go with the check.
 *
 * @throws AssemblyError
 */
export async function check(
  folder: string,
  config: RuntimeConfig,
  stacks?: readonly string[],
): Promise<CheckedStack[]> {
  const stateFolder = mkdtempSync(join(tmpdir(), 'slipway-check-'));
  const database = new Database(':memory:');
  try {
    await migrateServices(database, services);
    const providers = new Map<string, ResourceProvider>();
    const { host, dispatcher } = createHost({
      config: { ...config, stateFolder },
      database,
      clock: systemClock,
      ids: createIds(),
      record: () => {},
      providerOf: (type) => providers.get(type),
    });
    createServices(services, host, dispatcher, providers);
    return await checkAssembly(folder, {
      account: config.defaultAccount,
      region: config.defaultRegion,
      findProvider: createFindProvider(host),
      ...(stacks && stacks.length > 0 && { stacks }),
    });
  } finally {
    database.close();
    rmSync(stateFolder, { recursive: true, force: true });
  }
}
