import { rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { AccessReport } from './access/report.ts';
import type { RuntimeConfig } from './config.ts';
import type { Service, ServiceDefinition } from './dispatch/service.ts';
import type { RuntimeNotice } from './store/state-lock.ts';
import { VERSION } from './version.ts';
import type { WireRequest } from './wire/request.ts';

const SERVICE_PATH = /^\/_slipway\/([a-z]+)\/(.+)$/;

/** What a role or user may do and did, as JSON; its ARN in the query. */
export const ACCESS_PATH = '/_slipway/access/report';

/** What the runtime says about itself: a notice in its folder, and the paths under `/_slipway`. */
export class Control {
  readonly #config: RuntimeConfig;
  readonly #services: ReadonlyMap<string, Service>;
  readonly #reportAccess: (arn: string) => AccessReport | undefined;
  readonly #noticePath: string;
  #notice: RuntimeNotice | undefined;

  constructor(
    config: RuntimeConfig,
    services: readonly { definition: ServiceDefinition; service: Service }[],
    reportAccess: (arn: string) => AccessReport | undefined,
  ) {
    this.#config = config;
    this.#reportAccess = reportAccess;
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
    const [, name = '', rest = ''] = SERVICE_PATH.exec(path) ?? [];
    return this.#services.get(name)?.answer?.(rest, message, response) ?? false;
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
