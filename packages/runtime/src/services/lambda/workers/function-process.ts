import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Credentials } from '../../../access/sessions.ts';
import { awsEnvironment, processEnvironment } from '../../../compute/process-environment.ts';
import type { Host } from '../../../dispatch/host.ts';
import type { Scope } from '../../../store/collection.ts';
import type { CodeStore } from '../code-store.ts';
import type { VersionRecord } from '../function-store.ts';
import type { LayerStore } from '../layer-store.ts';
import { type FunctionRuntime, runtimeOf } from '../runtimes.ts';
import { nodeBootstrap } from './node-bootstrap.ts';
import type { FunctionProcess } from './worker.ts';

/** Image whose environment Python functions run in. */
export const PYTHON_IMAGE = 'function';

export interface ProcessParts {
  readonly host: Host;
  readonly codes: CodeStore;
  readonly layers: LayerStore;
}

/** A process that is about to be started for a version. */
export interface ProcessRequest {
  readonly scope: Scope;
  readonly version: VersionRecord;
  readonly credentials: Credentials;
  readonly logStream: string;
  /** Folder of the process's own temporary files. */
  readonly temporary: string;
}

interface Language {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly start: Readonly<Record<string, unknown>>;
}

/** Everything that starting a version's process takes: command, environment, first words. */
export async function functionProcess(
  parts: ProcessParts,
  request: ProcessRequest,
): Promise<FunctionProcess> {
  const { host } = parts;
  const { scope, version, credentials, temporary } = request;
  const { Settings, Code } = version;
  const runtime = runtimeOf(Settings.Runtime);
  const folder = await parts.codes.folderOf(Code.Sha256);
  const layers = await layerFolders(parts, version);
  const language =
    runtime.language === 'python'
      ? await pythonLanguage(host, runtime, layers)
      : await nodeLanguage(host, runtime, { folder, layers, memorySize: Settings.MemorySize });
  mkdirSync(temporary, { recursive: true });
  return {
    command: language.command,
    folder,
    environment: processEnvironment({
      ...awsEnvironment({ endpoint: host.endpoint(), region: scope.region, credentials }),
      ...lambdaEnvironment(request, folder),
      ...searchPaths(layers),
      ...language.environment,
      ...Settings.Environment?.Variables,
    }),
    start: {
      handler: Settings.Handler,
      folder,
      logFormat: Settings.LoggingConfig.LogFormat,
      logLevel: Settings.LoggingConfig.ApplicationLogLevel,
      ...language.start,
    },
  };
}

/** Layers' folders in the order in which they were given; later ones win. */
async function layerFolders({ codes, layers }: ProcessParts, { Settings }: VersionRecord): Promise<string[]> {
  return await Promise.all(
    (Settings.Layers ?? []).map(({ Arn = '' }) => {
      const code = layers.codeOf(Arn);
      if (!code) throw new Error(`The layer ${Arn} is gone`);
      return codes.folderOf(code.Sha256);
    }),
  );
}

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
function lambdaEnvironment({ version, logStream, temporary }: ProcessRequest, folder: string) {
  const { Name, Version, Settings } = version;
  return {
    _HANDLER: Settings.Handler,
    AWS_EXECUTION_ENV: `AWS_Lambda_${Settings.Runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: Name,
    AWS_LAMBDA_FUNCTION_VERSION: Version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(Settings.MemorySize),
    AWS_LAMBDA_LOG_GROUP_NAME: Settings.LoggingConfig.LogGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_LOG_FORMAT: Settings.LoggingConfig.LogFormat ?? 'Text',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: folder,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    TMPDIR: temporary,
  };
}

/** What layers hold for programs and libraries is found as under `/opt`. */
function searchPaths(layers: readonly string[]): Record<string, string> {
  if (layers.length === 0) return {};
  const newestFirst = layers.toReversed();
  const prepend = (name: string, subfolder: string) =>
    [...newestFirst.map((layer) => join(layer, subfolder)), process.env[name]].filter(Boolean).join(':');
  return { PATH: prepend('PATH', 'bin'), LD_LIBRARY_PATH: prepend('LD_LIBRARY_PATH', 'lib') };
}

async function pythonLanguage(
  host: Host,
  { version }: FunctionRuntime,
  layers: readonly string[],
): Promise<Language> {
  const { python, variables } = await host.environments.ensure(PYTHON_IMAGE);
  const [major, minor] = version;
  const path = layers
    .toReversed()
    .flatMap((layer) => [
      join(layer, 'python', 'lib', `python${major}.${minor}`, 'site-packages'),
      join(layer, 'python'),
    ]);
  const bootstrap = 'import sys; sys.path.insert(0, sys.argv[1]); from slipway_function import main; main()';
  return {
    command: [python, '-c', bootstrap, variables['PYTHONPATH'] ?? ''],
    environment: {},
    // From 3.12 on text that is not ASCII is not escaped.
    start: { path, escape: minor < 12 },
  };
}

async function nodeLanguage(
  host: Host,
  { version }: FunctionRuntime,
  { folder, layers, memorySize }: { folder: string; layers: readonly string[]; memorySize: number },
): Promise<Language> {
  const [major] = version;
  const path = layers
    .toReversed()
    .flatMap((layer) => [
      join(layer, 'nodejs', `node${major}`, 'node_modules'),
      join(layer, 'nodejs', 'node_modules'),
    ]);
  const { cacheFolder } = host.config;
  const bootstrap = await nodeBootstrap(cacheFolder);
  return {
    command: [process.execPath, `--max-old-space-size=${memorySize}`, bootstrap],
    // As on AWS, modules in the code's own folder are found by their mere name.
    environment: { NODE_PATH: [...path, folder].join(':') },
    start: { path, version: major, sdk: import.meta.url, cache: join(cacheFolder, 'node-compile-cache') },
  };
}
