import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, UserError } from './exit-codes.ts';
import { nodeCommand } from './node-command.ts';
import type { Settings } from './settings.ts';

const require = createRequire(import.meta.url);

/**
 * Synthesizes the pipelines' CDK app into a cloud assembly, once per state of its sources.
 *
 * @param context - CDK context, such as a prefix
 * @returns the assembly's folder
 */
export async function synthPipelines(
  settings: Settings,
  context: Readonly<Record<string, string>>,
): Promise<string> {
  const app = fileURLToPath(import.meta.resolve('@slipway/pipelines/app'));
  const key = sourceHash(dirname(app), context);
  const folder = join(settings.cacheFolder, 'assemblies', key);
  if (!existsSync(join(folder, 'manifest.json'))) {
    const draft = `${folder}.${process.pid}`;
    await synth(nodeCommand(app), draft, context, settings);
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  }
  return folder;
}

/**
 * Runs a CDK app.
 *
 * @throws UserError with what the app printed when it fails
 */
export async function synth(
  command: readonly string[],
  outputFolder: string,
  context: Readonly<Record<string, unknown>>,
  { defaultAccount, defaultRegion }: Pick<Settings, 'defaultAccount' | 'defaultRegion'>,
  workingFolder = process.cwd(),
): Promise<void> {
  mkdirSync(outputFolder, { recursive: true });
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: workingFolder,
    env: {
      ...process.env,
      CDK_OUTDIR: outputFolder,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      // What stacks with an explicit environment ask for.
      CDK_DEFAULT_ACCOUNT: defaultAccount,
      CDK_DEFAULT_REGION: defaultRegion,
      // The template validator costs two seconds; CI has it on.
      CDK_VALIDATION: 'false',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => child.kill();
  process.once('exit', end);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      printed += data.toString('utf8');
    });
  }
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(127));
    child.on('close', resolve);
  });
  process.off('exit', end);
  if (code !== 0)
    throw new UserError(EXIT.usage, `The CDK app (${command.join(' ')}) failed:\n${printed.trim()}`);
}

/** Changes when the app's sources, its libraries or the context do. */
function sourceHash(folder: string, context: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256').update(JSON.stringify(context)).update(process.version);
  for (const library of ['aws-cdk-lib/package.json', 'constructs/package.json', 'esbuild/package.json']) {
    hash.update(readFileSync(require.resolve(library, { paths: [folder] })));
  }
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
    if (/\.(ts|js|py|json|html|css)$/.test(name) && !name.endsWith('.test.ts')) {
      hash.update(name).update(readFileSync(join(folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 24);
}
