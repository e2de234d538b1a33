import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const CLONE = resolve(import.meta.dirname, '../../../..');

/** How a command ended. */
export interface End {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder outside the clone, with nothing in it but what npm put there. */
export class Outside {
  readonly folder = mkdtempSync(join(tmpdir(), 'slipway-packed-'));

  /** Packs the packages and installs them, and the CDK's command line, as a user's project would. */
  async install(): Promise<void> {
    const archives = join(this.folder, 'archives');
    await this.succeed(process.execPath, [join(CLONE, 'scripts', 'pack.mjs'), archives]);
    writeFileSync(join(this.folder, 'package.json'), '{ "private": true }\n');
    const quick = ['--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    const packages = readdirSync(archives).map((name) => join(archives, name));
    await this.succeed('npm', ['install', ...quick, ...packages, `aws-cdk@${cdkVersion()}`]);
  }

  /** Runs a command of the installed packages to its end. */
  npx(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<End> {
    return this.run('npx', ['--no-install', ...args], environment);
  }

  /** Starts a command that prints a line of JSON and goes on. */
  async start(args: readonly string[]): Promise<{ child: ChildProcess; first: Record<string, string> }> {
    const child = this.#spawn('npx', ['--no-install', ...args], {});
    child.stderr?.resume();
    for await (const line of createInterface({ input: child.stdout! })) {
      return { child, first: JSON.parse(line) as Record<string, string> };
    }
    throw new Error(`${args.join(' ')} ended without a word`);
  }

  async run(
    command: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<End> {
    const child = this.#spawn(command, args, environment);
    const printed = { out: '', err: '' };
    child.stdout?.on('data', (data: Buffer) => (printed.out += data.toString('utf8')));
    child.stderr?.on('data', (data: Buffer) => (printed.err += data.toString('utf8')));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...printed };
  }

  /** @throws an Error with what the command said when it fails */
  async succeed(
    command: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { code, out, err } = await this.run(command, args, environment);
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${out}${err}`);
    return out;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** With the machine's own Node and npm, and nothing of the clone or of the test runner. */
  #spawn(command: string, args: readonly string[], environment: Readonly<Record<string, string>>) {
    const kept = Object.entries(process.env).filter(
      ([name]) =>
        !/^(VITEST|NODE_|npm_|SLIPWAY_(STATE|PORT|REGION|IMAGES)|AWS_|TEST$|FORCE_COLOR)/.test(name),
    );
    const path = (process.env['PATH'] ?? '').split(delimiter).filter((entry) => !entry.startsWith(CLONE));
    return spawn(command, [...args], {
      cwd: this.folder,
      env: { ...Object.fromEntries(kept), PATH: path.join(delimiter), NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}

/** The one that this project is tested with. */
function cdkVersion(): string {
  const { devDependencies } = JSON.parse(readFileSync(join(CLONE, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  return devDependencies['aws-cdk'] ?? '';
}

/** The TypeScript compiler, which users have their own of. */
export const TSC = join(CLONE, 'node_modules', '.bin', 'tsc');
