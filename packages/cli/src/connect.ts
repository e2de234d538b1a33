import type { Runtime } from '@slipway/runtime';
import {
  ACCESS_PATH,
  type AccessMode,
  type AccessReport,
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
  /** What policies decide in it. */
  readonly access: AccessMode;
  readonly deployment: Pick<DeployOptions, 'clients' | 'account' | 'region' | 'watch'>;
  client<Sdk>(service: string): ClientOf<Sdk>;
  /** What a role or user may do and did, by ARN; undefined when nothing is known of it. */
  accessReport(arn: string): Promise<AccessReport | undefined>;
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
    ...(await modesOf(notice.endpoint)),
    deployment: overTheWire(notice.endpoint, { account, region }),
    client: (service) => remoteClient(service, notice.endpoint, region, account),
    async accessReport(arn) {
      const response = await fetch(`${notice.endpoint}${ACCESS_PATH}?arn=${encodeURIComponent(arn)}`);
      return response.ok ? ((await response.json()) as AccessReport) : undefined;
    },
    prepare: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

type Modes = Pick<Connection, 'timeScale' | 'access'>;

/** The defaults where a runtime does not say, such as one that is just stopping. */
async function modesOf(endpoint: string): Promise<Modes> {
  const defaults: Modes = { timeScale: 1, access: 'audit' };
  try {
    const { timeScale, access } = (await (
      await fetch(`${endpoint}/_slipway/health`)
    ).json()) as Partial<Modes>;
    return { timeScale: timeScale ?? defaults.timeScale, access: access ?? defaults.access };
  } catch {
    return defaults;
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
    access: runtime.config.access ?? 'audit',
    deployment: inProcess(runtime),
    client: (service) => runtime.client(service),
    accessReport: (arn) => Promise.resolve(runtime.accessReport(arn)),
    async prepare(images) {
      await Promise.all(images.map((image) => runtime.environments.ensure(image)));
    },
    close: () => runtime.stop('end'),
  };
}
