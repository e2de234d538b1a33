import { rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AccessReport } from './access/report.ts';
import type { RuntimeConfig } from './config.ts';
import type { Service, ServiceDefinition } from './dispatch/service.ts';
import { SnapshotError } from './snapshot/format.ts';
import type { RuntimeNotice } from './store/state-lock.ts';
import { VERSION } from './version.ts';
import type { WireRequest } from './wire/request.ts';

const SERVICE_PATH = /^\/_slipway\/([a-z]+)\/(.+)$/;

/** What a role or user may do and did, as JSON; its ARN in the query. */
export const ACCESS_PATH = '/_slipway/access/report';

/** Answers a POST with an archive of the whole state. */
export const SNAPSHOT_PATH = '/_slipway/snapshot';

export interface ControlParts {
  readonly config: RuntimeConfig;
  readonly services: readonly { definition: ServiceDefinition; service: Service }[];
  readonly reportAccess: (arn: string) => AccessReport | undefined;
  readonly snapshot: () => Promise<Readable>;
}

/** What the runtime says about itself: a notice in its folder, and the paths under `/_slipway`. */
export class Control {
  readonly #config: RuntimeConfig;
  readonly #services: ReadonlyMap<string, Service>;
  readonly #reportAccess: (arn: string) => AccessReport | undefined;
  readonly #takeSnapshot: () => Promise<Readable>;
  readonly #noticePath: string;
  #notice: RuntimeNotice | undefined;

  constructor({ config, services, reportAccess, snapshot }: ControlParts) {
    this.#config = config;
    this.#reportAccess = reportAccess;
    this.#takeSnapshot = snapshot;
    this.#services = new Map(services.map(({ definition, service }) => [definition.name, service]));
    this.#noticePath = join(config.stateFolder, 'runtime.json');
  }

  /** Writes the notice that `slipway status` and `down` read. */
  announce(endpoint: string): void {
    this.#notice = { pid: process.pid, endpoint, started: new Date().toISOString(), version: VERSION };
    writeFileSync(this.#noticePath, `${JSON.stringify(this.#notice, null, 2)}\n`);
  }

  withdraw(): void {
    rmSync(this.#noticePath, { force: true });
  }

  /** @returns false when the path is an AWS API's */
  answer({ path, method, query, message }: WireRequest, response: ServerResponse): boolean {
    // Tools that probe for a local cloud ask for LocalStack's path.
    if (method === 'GET' && (path === '/_slipway/health' || path === '/_localstack/health')) {
      const body = JSON.stringify(this.#health());
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
      return true;
    }
    if (method === 'GET' && path === ACCESS_PATH) {
      const report = this.#reportAccess(query.get('arn')?.[0] ?? '');
      response
        .writeHead(report ? 200 : 404, { 'content-type': 'application/json' })
        .end(JSON.stringify(report ?? null));
      return true;
    }
    if (method === 'POST' && path === SNAPSHOT_PATH) {
      message.resume();
      void this.#sendSnapshot(response);
      return true;
    }
    const [, name = '', rest = ''] = SERVICE_PATH.exec(path) ?? [];
    return this.#services.get(name)?.answer?.(rest, message, response) ?? false;
  }

  async #sendSnapshot(response: ServerResponse): Promise<void> {
    try {
      const archive = await this.#takeSnapshot();
      response.writeHead(200, { 'content-type': 'application/zip' });
      await pipeline(archive, response);
    } catch (error) {
      // One that has begun was cut off by the pipeline, so that nobody takes it for a whole one.
      if (response.headersSent) return;
      const refused = error instanceof SnapshotError && error.reason === 'refused';
      response
        .writeHead(refused ? 409 : 500, { 'content-type': 'application/json' })
        .end(JSON.stringify({ message: (error as Error).message }));
    }
  }

  #health(): object {
    return {
      ...this.#notice,
      stateFolder: this.#config.stateFolder,
      timeScale: this.#config.timeScale,
      access: this.#config.access ?? 'audit',
      services: Object.fromEntries([...this.#services.keys()].map((name) => [name, 'available'])),
    };
  }
}
