import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Sessions } from './access/sessions.ts';
import { Environments } from './compute/environments.ts';
import { Jobs } from './compute/jobs.ts';
import type { RuntimeConfig } from './config.ts';
import { Control } from './control.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { Effects } from './dispatch/effects.ts';
import type { ClientOptions, Host } from './dispatch/host.ts';
import type { ResourceProvider } from './dispatch/resource-provider.ts';
import type { Service, ServiceDefinition } from './dispatch/service.ts';
import type { ClientOf } from './dispatch/types.ts';
import { Progress } from './progress.ts';
import { services as allServices } from './services/index.ts';
import { type Clock, systemClock } from './store/clock.ts';
import { type CommitHooks, Database } from './store/database.ts';
import { StorageError } from './store/errors.ts';
import { createIds, type Ids } from './store/ids.ts';
import { migrate } from './store/migrations.ts';
import { Orders } from './store/orders.ts';
import { Signals } from './store/signals.ts';
import { lockStateFolder } from './store/state-lock.ts';
import { createGate } from './wire/gate.ts';
import { RequestLog } from './wire/request-log.ts';
import { WireServer } from './wire/server.ts';

/** What tests put in place of the machine's own. */
export interface RuntimeParts {
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly commitHooks?: CommitHooks;
  readonly services?: readonly ServiceDefinition[];
}

/** A running local cloud. */
export interface Runtime {
  /** Such as `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  readonly port: number;
  readonly config: RuntimeConfig;
  readonly progress: Progress;
  readonly environments: Environments;
  /** A service's client inside this process. */
  client<Sdk>(service: string, options?: Partial<ClientOptions>): ClientOf<Sdk>;
  /**
   * Stops serving. Everything is kept for the next start; jobs go on by themselves (`keep`, default)
   * or are ended and run again after the next start (`end`).
   */
  stop(jobs?: 'keep' | 'end'): Promise<void>;
}

const CORE_SCHEMAS = [
  { component: 'orders', migrations: [Orders.schema] },
  { component: 'effects', migrations: [Effects.schema] },
  { component: 'sessions', migrations: [Sessions.schema] },
  { component: 'jobs', migrations: [Jobs.schema] },
];

/**
 * Starts a runtime: opens the state folder, picks up what an earlier life left, and serves the APIs.
 *
 * @throws StorageError when the folder cannot be used; an Error with code EADDRINUSE when the port is taken
 */
export async function startRuntime(config: RuntimeConfig, parts: RuntimeParts = {}): Promise<Runtime> {
  const { clock = systemClock, ids = createIds(), services = allServices } = parts;
  const progress = new Progress();
  const lock = openStateFolder(config);
  const database = new Database(join(config.stateFolder, 'slipway.db'), parts.commitHooks);
  const closing: (() => void | Promise<void>)[] = [() => lock.close(), () => database.close()];
  const closeAll = async () => {
    for (const close of closing.reverse()) await close();
  };
  try {
    const schemas = services.map(({ name, schema }) => ({ component: name, migrations: schema }));
    await migrate(database, [...CORE_SCHEMAS, ...schemas]);
    const requestLog = new RequestLog(join(config.stateFolder, 'logs', 'requests.ndjson'));
    closing.push(() => requestLog.close());
    const effects = new Effects(database);
    const record = requestLog.write.bind(requestLog);
    const dispatcher = new Dispatcher({ database, effects, clock, ids, progress, record });
    const fault = (service: string, error: unknown) =>
      progress.emit({ type: 'fault', service, message: String(error), error });
    const orders = new Orders(database, clock, () => ids.uuid(), fault);
    const jobs = new Jobs({
      database,
      clock,
      progress,
      root: join(config.stateFolder, 'jobs'),
      python: config.python,
    });
    let endpoint = '';
    const providers = new Map<string, ResourceProvider>();
    const host: Host = {
      config,
      database,
      orders,
      signals: new Signals(),
      clock,
      ids,
      sessions: new Sessions(database, ids, config.defaultAccount),
      jobs,
      environments: new Environments({ ...config, progress }),
      progress,
      endpoint: () => endpoint,
      folder: (service) => makeFolder(join(config.stateFolder, service)),
      client: (service, options) => dispatcher.client(service, options),
      resourceProvider: (type) => providers.get(type),
    };
    const running = createServices(services, host, dispatcher, providers);
    closing.push(async () => {
      for (const service of running.toReversed()) await service.stop?.();
    });
    for (const service of running) await service.start?.();
    await database.transaction(() => effects.prune(clock.now()));

    const control = new Control(config, [...dispatcher.services()]);
    const server = new WireServer({
      dispatcher,
      gate: createGate(() => []),
      defaultRegion: config.defaultRegion,
      callerOf: (accessKeyId) => host.sessions.callerOf(accessKeyId),
      newRequestId: () => ids.uuid(),
      fault,
      own: (request, response) => control.answer(request, response),
    });
    const port = await server.listen(config.host, config.port);
    endpoint = `http://${config.host}:${port}`;
    control.announce(endpoint);
    closing.push(() => control.withdraw());
    await jobs.start();
    orders.start();

    return {
      endpoint,
      port,
      config,
      progress,
      environments: host.environments,
      client: <Sdk>(service: string, options: Partial<ClientOptions> = {}) =>
        dispatcher.client<Sdk>(service, {
          caller: host.sessions.callerOf(undefined),
          region: config.defaultRegion,
          ...options,
        }),
      async stop(mode = 'keep') {
        await server.close();
        await jobs.stopAll(mode);
        await orders.stop();
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function openStateFolder(config: RuntimeConfig): { close(): void } {
  try {
    makeFolder(join(config.stateFolder, 'logs'));
    return lockStateFolder(config.stateFolder);
  } catch (error) {
    throw StorageError.from(error, `open the folder ${config.stateFolder}`);
  }
}

function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

function createServices(
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
