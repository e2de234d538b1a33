import type { AccessMode } from './access/authorizer.ts';

/** How a runtime is set up. */
export interface RuntimeConfig {
  /** Folder of everything that lasts: database, objects, jobs, logs. */
  readonly stateFolder: string;
  /** Folder of what can be made again: Python environments. */
  readonly cacheFolder: string;
  /** Folder of the algorithm images. */
  readonly imagesFolder: string;
  /** 127.0.0.1 unless signature checking is on. */
  readonly host: string;
  /** 0 chooses a free one. */
  readonly port: number;
  readonly defaultAccount: string;
  readonly defaultRegion: string;
  /** Divides Wait and Retry intervals of state machines; never timeouts. */
  readonly timeScale: number;
  /** Every AWS quota on, time scale 1. */
  readonly parity: boolean;
  /** Python interpreter from which environments are made. */
  readonly python: string;
  /** What policies decide: nothing (`off`), warnings (`audit`, default), or calls (`enforce`). */
  readonly access?: AccessMode;
  /** CloudFormation types that nobody provides and that are accepted all the same, without effect. */
  readonly acceptInert?: readonly string[];
}

export const DEFAULT_PORT = 4566;
export const DEFAULT_ACCOUNT = '000000000000';
export const DEFAULT_REGION = 'us-east-1';
