import type { Runtime } from '@slipway/runtime';
import {
  type ClientOf,
  type DeployOptions,
  inProcess,
  isInUse,
  overTheWire,
  type ProgressListener,
  readNotice,
  remoteClient,
} from '@slipway/runtime/outside';
import { commandHint } from './command-hint.ts';
import { EXIT, UserError } from './exit-codes.ts';
import type { Settings } from './settings.ts';

/** A runtime to talk to: one that runs already, or one of this process's own. */
export interface Connection {
  readonly endpoint: string;
  /** Whether it runs in this process, and ends with it. */
  readonly own: boolean;
  /** How many times faster its state machines wait. */
  readonly timeScale: number;
  readonly deployment: Pick<DeployOptions, 'clients' | 'account' | 'region' | 'watch'>;
  client<Sdk>(service: string): ClientOf<Sdk>;
  /** Makes Python environments now rather than at first use, where this process can. */
  prepare(images: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** The runtime that uses the state folder, if there is one. */
export async function findRunning(settings: Settings): Promise<Connection | undefined> {
  if (!isInUse(settings.stateFolder)) return undefined;
  const notice = readNotice(settings.stateFolder);
  if (!notice) return undefined;
  const { defaultAccount: account, defaultRegion: region } = settings;
  return {
    endpoint: notice.endpoint,
    own: false,
    timeScale: await timeScaleOf(notice.endpoint),
    deployment: overTheWire(notice.endpoint, { account, region }),
    client: (service) => remoteClient(service, notice.endpoint, region, account),
    prepare: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/** 1 where a runtime does not say, such as one that is just stopping. */
async function timeScaleOf(endpoint: string): Promise<number> {
  try {
    const health = (await (await fetch(`${endpoint}/_slipway/health`)).json()) as { timeScale?: number };
    return health.timeScale ?? 1;
  } catch {
    return 1;
  }
}

/** @throws UserError when no runtime uses the folder */
export async function requireRunning(settings: Settings): Promise<Connection> {
  const running = await findRunning(settings);
  if (running) return running;
  throw new UserError(
    EXIT.environment,
    `No runtime uses ${settings.stateFolder}. Start one with: ${commandHint(settings, 'up')}`,
  );
}

/** The runtime that uses the state folder, or a new one that lives as long as the connection. */
export async function connect(settings: Settings, listener: ProgressListener): Promise<Connection> {
  const running = await findRunning(settings);
  if (running) return running;
  const { startRuntime } = await import('@slipway/runtime');
  return ownConnection(await startRuntime(settings, { listener }));
}

/**
 * The same for commands whose own runtime nobody else has to find: where the usual port is taken, any
 * other will do.
 */
export async function connectAnywhere(settings: Settings, listener: ProgressListener): Promise<Connection> {
  try {
    return await connect(settings, listener);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return await connect({ ...settings, port: 0 }, listener);
  }
}

function ownConnection(runtime: Runtime): Connection {
  return {
    endpoint: runtime.endpoint,
    own: true,
    timeScale: runtime.config.timeScale,
    deployment: inProcess(runtime),
    client: (service) => runtime.client(service),
    async prepare(images) {
      await Promise.all(images.map((image) => runtime.environments.ensure(image)));
    },
    close: () => runtime.stop('end'),
  };
}
