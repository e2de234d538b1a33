import { resolve } from 'node:path';
import {
  type AccessMode,
  DEFAULT_ACCOUNT,
  DEFAULT_PORT,
  DEFAULT_REGION,
  defaultCacheFolder,
  IMAGES_FOLDER,
  type RuntimeConfig,
} from '@slipway/runtime/outside';
import { EXIT, UserError } from './exit-codes.ts';

/** Options that every command has. */
export interface GlobalOptions {
  readonly state?: string;
  readonly port?: string;
  readonly region?: string;
  readonly json?: boolean;
  readonly access?: AccessMode;
}

/** Where things are and how the runtime is set up, from options and the environment. */
export interface Settings extends RuntimeConfig {
  readonly json: boolean;
}

export function settingsFrom(options: GlobalOptions, more: Partial<RuntimeConfig> = {}): Settings {
  const environment = process.env;
  return {
    stateFolder: resolve(options.state ?? environment['SLIPWAY_STATE'] ?? '.slipway'),
    cacheFolder: defaultCacheFolder(),
    imagesFolder: resolve(environment['SLIPWAY_IMAGES'] ?? IMAGES_FOLDER),
    host: '127.0.0.1',
    port: readPort(options.port ?? environment['SLIPWAY_PORT']),
    defaultAccount: DEFAULT_ACCOUNT,
    defaultRegion: readRegion(options.region ?? environment['SLIPWAY_REGION'] ?? DEFAULT_REGION),
    timeScale: 1,
    parity: false,
    access: readAccess(options.access ?? environment['SLIPWAY_ACCESS']),
    python: environment['SLIPWAY_PYTHON'] ?? 'python3',
    json: options.json ?? false,
    ...more,
  };
}

/** For commands without the option the variable alone decides. */
function readAccess(text: string | undefined): AccessMode {
  if (text === undefined || text === 'audit') return 'audit';
  if (text === 'off' || text === 'enforce') return text;
  throw new UserError(EXIT.usage, `The access mode must be off, audit or enforce, not ${text}.`);
}

function readPort(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UserError(
      EXIT.usage,
      `The port must be a number from 0 to 65535 (0 chooses a free one), not ${text}.`,
    );
  }
  return port;
}

function readRegion(text: string): string {
  if (/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text)) return text;
  throw new UserError(EXIT.usage, `The region must be one of AWS's, such as ${DEFAULT_REGION}, not ${text}.`);
}

/** Reads `--time-scale`: how many times faster state machines wait. */
export function readTimeScale(text: string): number {
  const scale = Number(text);
  if (!(scale >= 1 && scale <= 100_000)) {
    throw new UserError(EXIT.usage, `The time scale must be a number from 1 to 100000, not ${text}.`);
  }
  return scale;
}
