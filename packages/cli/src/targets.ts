import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { didYouMean } from './did-you-mean.ts';
import { EXIT, UserError } from './exit-codes.ts';
import type { Settings } from './settings.ts';
import { synth, synthPipelines } from './synth.ts';

/** Pipelines by their names on the command line, with their stacks. */
export const PIPELINES: ReadonlyMap<string, string> = new Map([['forecast', 'ForecastMlopsPipelineStack']]);

type CdkContext = Record<string, unknown>;

/** What to deploy: an assembly, and which of its stacks; all where none is named. */
export interface DeployTarget {
  readonly assembly: string;
  readonly stacks: readonly string[];
}

/**
 * What a target on the command line means: the name of a pipeline, a cloud assembly (`cdk.out`), or a
 * folder with a CDK app, which is synthesized.
 *
 * @throws UserError when it is none of them
 */
export async function resolveTarget(
  target: string,
  settings: Settings,
  context: Readonly<Record<string, string>>,
): Promise<DeployTarget> {
  const pipeline = PIPELINES.get(target);
  if (pipeline !== undefined) {
    const stack = `${context['prefix'] ?? ''}${pipeline}`;
    return { assembly: await synthPipelines(settings, context), stacks: [stack] };
  }
  const folder = resolve(target);
  if (existsSync(join(folder, 'manifest.json'))) return { assembly: folder, stacks: [] };
  const appFile = join(folder, 'cdk.json');
  if (existsSync(appFile)) {
    const { app, context: ownContext = {} } = readJson<{ app?: string; context?: CdkContext }>(appFile);
    if (app === undefined) throw new UserError(EXIT.usage, `${appFile} has no "app"`);
    const lookedUp = join(folder, 'cdk.context.json');
    const known = existsSync(lookedUp) ? readJson<CdkContext>(lookedUp) : {};
    const assembly = join(folder, 'cdk.out');
    await synth(['/bin/sh', '-c', app], assembly, { ...known, ...ownContext, ...context }, settings, folder);
    return { assembly, stacks: [] };
  }
  throw new UserError(
    EXIT.usage,
    `${target} is neither a pipeline (${[...PIPELINES.keys()].join(', ')}), nor a cloud assembly (a folder with manifest.json), nor a CDK app (a folder with cdk.json).${didYouMean(target, [...PIPELINES.keys()])}`,
  );
}

/** @throws UserError naming the file when it is not JSON */
function readJson<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (error) {
    throw new UserError(EXIT.usage, `${file} cannot be read: ${(error as Error).message}`);
  }
}

/** Collects repeated `-c key=value`. @throws UserError */
export function collectContext(pair: string, all: Record<string, string> = {}): Record<string, string> {
  const mark = pair.indexOf('=');
  if (mark < 1) throw new UserError(EXIT.usage, `Context is given as key=value, not ${pair}`);
  return { ...all, [pair.slice(0, mark)]: pair.slice(mark + 1) };
}
