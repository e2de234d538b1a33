import { rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { RuntimeConfig } from './config.ts';
import type { Service, ServiceDefinition } from './dispatch/service.ts';
import type { RuntimeNotice } from './store/state-lock.ts';
import { VERSION } from './version.ts';
import type { WireRequest } from './wire/request.ts';

const SERVICE_PATH = /^\/_slipway\/([a-z]+)\/(.+)$/;

/** What the runtime says about itself: a notice in its folder, and the paths under `/_slipway`. */
export class Control {
  readonly #config: RuntimeConfig;
  readonly #services: ReadonlyMap<string, Service>;
  readonly #noticePath: string;
  #notice: RuntimeNotice | undefined;

  constructor(
    config: RuntimeConfig,
    services: readonly { definition: ServiceDefinition; service: Service }[],
  ) {
    this.#config = config;
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
  answer({ path, method, message }: WireRequest, response: ServerResponse): boolean {
    // Tools that probe for a local cloud ask for LocalStack's path.
    if (method === 'GET' && (path === '/_slipway/health' || path === '/_localstack/health')) {
      const body = JSON.stringify(this.#health());
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
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
      services: Object.fromEntries([...this.#services.keys()].map((name) => [name, 'available'])),
    };
  }
}
