import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withFileLock } from '../store/file-lock.ts';
import { EnvironmentError } from './environment-error.ts';
import { processEnvironment } from './process-environment.ts';
import { runToEnd } from './run-to-end.ts';

const OLDEST_PYTHON = [3, 11] as const;
// Tried in this order when the configured interpreter is too old; the locks are tested with 3.11.
const INTERPRETERS = ['python3.11', 'python3.12', 'python3.13', 'python3'];

/**
 * Finds a Python that environments can be made from.
 *
 * @param preferred - the configured interpreter, tried first
 * @throws EnvironmentError naming what was found and what to install
 */
export async function findPython(preferred: string): Promise<string> {
  const found: string[] = [];
  for (const candidate of [preferred, ...INTERPRETERS]) {
    const answer = await interpreterOf(candidate);
    if (!answer) continue;
    const [major = 0, minor = 0] = answer.version.split('.').map(Number);
    if (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]) return answer.path;
    found.push(`${candidate} is ${answer.version}`);
  }
  throw new EnvironmentError(
    `Python ${OLDEST_PYTHON.join('.')} or newer is needed, ${found.join(', ') || 'none was found'}. ` +
      'Install it (Debian and Ubuntu: apt install python3.11 python3.11-venv; macOS: brew install python@3.11), ' +
      'or name one with SLIPWAY_PYTHON.',
  );
}

async function interpreterOf(command: string): Promise<{ path: string; version: string } | undefined> {
  const question = 'import sys,platform;print(sys.executable);print(platform.python_version())';
  try {
    const answer = await runToEnd(command, ['-I', '-c', question], { environment: processEnvironment({}) });
    const [path = '', version = ''] = answer.split('\n');
    return { path, version };
  } catch {
    return undefined;
  }
}

/**
 * Gives the pinned uv, installed from the Python index into the cache on first use.
 *
 * @param lock - requirements file with uv's version and hashes
 */
export async function findUv(
  cache: string,
  python: string,
  lock: string,
  line: (text: string) => void,
): Promise<string> {
  const version = /^uv==(\S+)/m.exec(readFileSync(lock, 'utf8'))?.[1] ?? 'unknown';
  const folder = join(cache, 'tools', `uv-${version}`);
  const uv = join(folder, 'bin', 'uv');
  if (existsSync(uv)) return uv;
  mkdirSync(join(cache, 'tools'), { recursive: true });
  await withFileLock(`${folder}.lock`, async () => {
    if (existsSync(uv)) return;
    line(`Installing uv ${version}`);
    rmSync(folder, { recursive: true, force: true });
    // pip keeps reading the user's own settings, so that a mirror or a proxy is honoured.
    const environment = processEnvironment(pipSettings());
    await runToEnd(python, ['-m', 'venv', folder], { environment });
    await runToEnd(
      join(folder, 'bin', 'python'),
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', lock],
      { environment, line },
    );
  });
  return uv;
}

function pipSettings(): Record<string, string> {
  const settings = Object.entries(process.env).filter(([name]) =>
    /^(PIP_|HTTPS?_PROXY|NO_PROXY|https?_proxy|no_proxy)/.test(name),
  );
  return Object.fromEntries(settings) as Record<string, string>;
}
