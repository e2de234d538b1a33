// All set-up that a fresh clone needs. Plain JavaScript without dependencies: it runs on Node 20, before
// anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const OLDEST_NODE = 24;

/** Installs the node packages when the lock file says something else than the last time. */
export function installPackages() {
  const stamp = join(root, 'node_modules', '.slipway-setup');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const started = Date.now();
  process.stderr.write('Installing node packages … ');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status, stderr, error } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, npm_config_update_notifier: 'false' },
  });
  if (status !== 0) {
    process.stderr.write(
      `failed\n${stderr ?? ''}${error ?? ''}\nnpm ci did not succeed; is the npm registry reachable?\n`,
    );
    process.exit(3);
  }
  writeFileSync(stamp, wanted);
  process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

/** A Node new enough: this one, or the one that came as a package. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return process.execPath;
  const packaged = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(packaged)) return packaged;
  process.stderr.write(
    `Slipway needs Node ${OLDEST_NODE}; this is ${process.version}, and no packaged Node exists for ` +
      `${process.platform}-${process.arch}. Install Node ${OLDEST_NODE} from https://nodejs.org.\n`,
  );
  process.exit(3);
}

/** The environment in which the project's tools run: its own Node and binaries first. */
export function toolEnvironment() {
  const bin = join(root, 'node_modules', '.bin');
  const separator = process.platform === 'win32' ? ';' : ':';
  return { ...process.env, PATH: `${bin}${separator}${process.env.PATH ?? ''}` };
}

/** Runs a command to its end with this terminal. @returns the exit code, 130 when interrupted */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: toolEnvironment(), stdio: 'inherit', ...options });
    // A terminal sends the interrupt to both, another sender to this process only; the child decides how to end.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      resolve(3);
    });
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 5)));
  });
}
