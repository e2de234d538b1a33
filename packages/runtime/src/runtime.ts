import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { AccessReport } from './access/report.ts';
import type { Environments } from './compute/environments.ts';
import type { RuntimeConfig } from './config.ts';
import { Control } from './control.ts';
import { createHost } from './create-host.ts';
import { createServices, migrateServices } from './create-services.ts';
import type { ClientOptions } from './dispatch/host.ts';
import type { ResourceProvider } from './dispatch/resource-provider.ts';
import type { ServiceDefinition } from './dispatch/service.ts';
import type { ClientOf } from './dispatch/types.ts';
import type { Progress, ProgressListener } from './progress.ts';
import { services as allServices } from './services/index.ts';
import { createSnapshots } from './snapshot/live.ts';
import { transientPaths } from './snapshot/stage.ts';
import { type Clock, systemClock } from './store/clock.ts';
import { type CommitHooks, Database } from './store/database.ts';
import { StorageError } from './store/errors.ts';
import { createIds, type Ids } from './store/ids.ts';
import type { Signals } from './store/signals.ts';
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
  /** Told of everything from the start on. */
  readonly listener?: ProgressListener;
}

/** What a service serves. */
export interface ServedService {
  readonly definition: ServiceDefinition;
  readonly operations: ReadonlySet<string>;
  /** CloudFormation types. */
  readonly resources: readonly string[];
}

/** A running local cloud. */
export interface Runtime {
  /** Such as `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  readonly port: number;
  readonly config: RuntimeConfig;
  readonly progress: Progress;
  readonly environments: Environments;
  readonly services: readonly ServedService[];
  /** What a role or user may do and did, by ARN; undefined when nothing is known of it. */
  accessReport(arn: string): AccessReport | undefined;
  /**
   * An archive of the whole state as it is now; to be read to its end or destroyed before the next.
   *
   * @throws SnapshotError while another is being made; StorageError
   */
  readonly snapshot: () => Promise<Readable>;
  /** Who waits for a change of something inside this process is told here. */
  readonly signals: Signals;
  /** A service's client inside this process. */
  client<Sdk>(service: string, options?: Partial<ClientOptions>): ClientOf<Sdk>;
  /**
   * Stops serving. Everything is kept for the next start; jobs go on by themselves (`keep`, default)
   * or are ended and run again after the next start (`end`).
   */
  stop(jobs?: 'keep' | 'end'): Promise<void>;
}

/**
 * Starts a runtime: opens the state folder, picks up what an earlier life left, and serves the APIs.
 *
 * @throws StorageError when the folder cannot be used; an Error with code EADDRINUSE when the port is taken
 */
export async function startRuntime(config: RuntimeConfig, parts: RuntimeParts = {}): Promise<Runtime> {
  const { clock = systemClock, ids = createIds(), services = allServices } = parts;
  const lock = openStateFolder(config);
  const database = new Database(join(config.stateFolder, 'slipway.db'), parts.commitHooks);
  const closing: (() => void | Promise<void>)[] = [() => lock.close(), () => database.close()];
  const closeAll = async () => {
    for (const close of closing.reverse()) await close();
  };
  try {
    await migrateServices(database, services);
    const requestLog = new RequestLog(join(config.stateFolder, 'logs', 'requests.ndjson'));
    closing.push(() => requestLog.close());
    const providers = new Map<string, ResourceProvider>();
    const { host, dispatcher, effects, setEndpoint, fault } = createHost({
      config,
      database,
      clock,
      ids,
      record: (call) => requestLog.write(call),
      providerOf: (type) => providers.get(type),
    });
    const { jobs, orders, progress, recovery } = host;
    if (parts.listener) progress.listen(parts.listener);
    host.authorizer.usage.start();
    closing.push(() => host.authorizer.usage.stop());
    const running = createServices(services, host, dispatcher, providers);
    closing.push(async () => {
      for (const service of running.toReversed()) await service.stop?.();
    });
    for (const service of running) await service.start?.();
    await database.transaction(() => effects.prune(clock.now()));

    const snapshot = createSnapshots({
      stateFolder: config.stateFolder,
      database,
      transient: transientPaths(services),
    });
    const control = new Control({
      config,
      services: [...dispatcher.services()],
      reportAccess: (arn) => host.authorizer.report(arn),
      snapshot,
    });
    const server = new WireServer({
      dispatcher,
      gate: createGate(() => []),
      defaultRegion: config.defaultRegion,
      callerOf: (accessKeyId) => host.sessions.callerOf(accessKeyId),
      refuses: (accessKeyId) => host.sessions.refuses(accessKeyId),
      newRequestId: () => ids.uuid(),
      now: () => clock.now(),
      fault,
      own: (request, response) => control.answer(request, response),
    });
    const port = await server.listen(config.host, config.port);
    const endpoint = `http://${config.host}:${port}`;
    setEndpoint(endpoint);
    control.announce(endpoint);
    closing.push(() => control.withdraw());
    await jobs.start();
    orders.start();
    for (const service of running) await service.ready?.();

    return {
      endpoint,
      port,
      config,
      progress,
      environments: host.environments,
      signals: host.signals,
      snapshot,
      accessReport: (arn) => host.authorizer.report(arn),
      services: [...dispatcher.services()].map(({ definition, service }) => ({
        definition,
        operations: new Set(Object.keys(service.operations)),
        resources: Object.keys(service.resources ?? {}).sort(),
      })),
      client: <Sdk>(service: string, options: Partial<ClientOptions> = {}) =>
        dispatcher.client<Sdk>(service, {
          caller: host.sessions.callerOf(undefined),
          region: config.defaultRegion,
          ...options,
        }),
      async stop(mode = 'keep') {
        await server.close();
        recovery.stop();
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
    mkdirSync(config.stateFolder, { recursive: true });
    // Told first, because making a folder in one that is read-only fails with an error that misleads.
    accessSync(config.stateFolder, constants.W_OK);
    mkdirSync(join(config.stateFolder, 'logs'), { recursive: true });
    return lockStateFolder(config.stateFolder);
  } catch (error) {
    throw StorageError.from(error, `open the folder ${config.stateFolder}`);
  }
}
