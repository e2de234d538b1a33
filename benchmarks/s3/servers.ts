import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Environments } from '../../packages/runtime/src/compute/environments.ts';
import { Progress } from '../../packages/runtime/src/progress.ts';

/** A server under test, in a process of its own. */
export interface Server extends AsyncDisposable {
  readonly name: string;
  readonly endpoint: string;
}

const MOTO_PORT = '4599';

/** This runtime, on a state folder of its own. */
export async function slipway(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-benchmark-'));
  const command = fileURLToPath(new URL('../../packages/cli/bin/slipway.cjs', import.meta.url));
  const args = [command, 'up', '--json', '--port', '0', '--state', folder];
  return await started('slipway', folder, spawn(process.execPath, args, QUIET), (line) => {
    return (JSON.parse(line) as { endpoint: string }).endpoint;
  });
}

/** A bare node:http server that writes and syncs the same files. */
export async function bareNode(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-benchmark-'));
  const program = fileURLToPath(new URL('./bare-server.ts', import.meta.url));
  return await started(
    'node:http',
    folder,
    spawn(process.execPath, [program, folder], QUIET),
    (line) => line,
  );
}

/** moto_server, which keeps objects in memory. */
export async function moto(): Promise<Server> {
  const environments = new Environments({
    imagesFolder: fileURLToPath(new URL('../environments', import.meta.url)),
    toolsFolder: fileURLToPath(new URL('../../images', import.meta.url)),
    cacheFolder: process.env['SLIPWAY_CACHE'] ?? join(homedir(), '.cache', 'slipway'),
    python: 'python3',
    progress: new Progress(),
  });
  const { python } = await environments.ensure('moto');
  const child = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', MOTO_PORT], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // It says where it listens among its first lines, and then a line for each request.
  return await started('moto_server', undefined, child, (line) =>
    line.includes('Running on') ? `http://127.0.0.1:${MOTO_PORT}` : undefined,
  );
}

const QUIET: SpawnOptions = { stdio: ['ignore', 'pipe', 'ignore'] };

async function started(
  name: string,
  folder: string | undefined,
  child: ChildProcess,
  endpointIn: (line: string) => string | undefined,
): Promise<Server> {
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const lines = createInterface({ input: child.stdout ?? child.stderr! });
  const endpoint = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const found = endpointIn(line);
      if (found !== undefined) resolve(found);
    });
    child.on('close', (code) => reject(new Error(`${name} ended with ${code} before it listened`)));
  });
  return {
    name,
    endpoint,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await closed;
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
