import {
  type ClientOf,
  isInUse,
  type ProgressListener,
  type Runtime,
  readNotice,
  remoteClient,
  startRuntime,
} from '@slipway/runtime';
import { EXIT, UserError } from './exit-codes.ts';
import type { Settings } from './settings.ts';

/** A runtime to talk to: one that runs already, or one of this process's own. */
export interface Connection {
  readonly endpoint: string;
  /** Whether it runs in this process, and ends with it. */
  readonly own: boolean;
  client<Sdk>(service: string): ClientOf<Sdk>;
  close(): Promise<void>;
}

/** The runtime that uses the state folder, if there is one. */
export async function findRunning(settings: Settings): Promise<Connection | undefined> {
  if (!isInUse(settings.stateFolder)) return undefined;
  const notice = readNotice(settings.stateFolder);
  if (!notice) return undefined;
  return {
    endpoint: notice.endpoint,
    own: false,
    client: (service) =>
      remoteClient(service, notice.endpoint, settings.defaultRegion, settings.defaultAccount),
    close: () => Promise.resolve(),
  };
}

/** @throws UserError when no runtime uses the folder */
export async function requireRunning(settings: Settings): Promise<Connection> {
  const running = await findRunning(settings);
  if (running) return running;
  throw new UserError(
    EXIT.environment,
    `No runtime uses ${settings.stateFolder}. Start one with: slipway up`,
  );
}

/** The runtime that uses the state folder, or a new one that lives as long as the connection. */
export async function connect(settings: Settings, listener: ProgressListener): Promise<Connection> {
  return (await findRunning(settings)) ?? ownConnection(await startRuntime(settings, { listener }));
}

function ownConnection(runtime: Runtime): Connection {
  return {
    endpoint: runtime.endpoint,
    own: true,
    client: (service) => runtime.client(service),
    close: () => runtime.stop('end'),
  };
}
