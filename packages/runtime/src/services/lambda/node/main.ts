import { enableCompileCache } from 'node:module';
import { Channel } from './channel.ts';
import { errorLogEntry, errorReport, RuntimeFault } from './faults.ts';
import { type Handler, loadHandler } from './handler.ts';
import { type Ending, type Request, runHandler } from './invocation.ts';
import { reachRuntimeByHttps } from './local-https.ts';
import { Log } from './log.ts';
import { provideModules } from './modules.ts';

/** The program of a Node function's process: loads the handler, then gives it one event after another. */
interface Start {
  readonly secret: string;
  readonly handler: string;
  readonly folder: string;
  /** Number of the runtime: 22 of nodejs22.x. */
  readonly version: number;
  /** Module folders of layers. */
  readonly path: readonly string[];
  /** URL of a file from which the AWS SDK is found. */
  readonly sdk: string;
  /** Folder for compiled code. */
  readonly cache: string;
  readonly logFormat: string;
  readonly logLevel?: string;
}

const UNCAUGHT = 129;
const UNHANDLED = 128;

async function main(): Promise<void> {
  const channel = new Channel();
  const start = (await channel.next()).header as unknown as Start;
  const log = new Log(start.secret, start.logFormat, start.logLevel);
  const program = new Program(channel, log, start.folder);
  enableCompileCache(start.cache);
  provideModules(start.path, start.sdk);
  reachRuntimeByHttps(process.env['AWS_ENDPOINT_URL'] ?? '');
  log.takeConsole();
  process.on('uncaughtException', (error) => program.die(error, 'Uncaught Exception', UNCAUGHT));
  process.on('unhandledRejection', (reason) =>
    program.die(rejectionFault(reason), 'Unhandled Promise Rejection', UNHANDLED),
  );
  await program.serve(() => loadHandler(start.folder, start.handler, start.version));
}

class Program {
  readonly #channel: Channel;
  readonly #log: Log;
  readonly #folder: string;

  constructor(channel: Channel, log: Log, folder: string) {
    this.#channel = channel;
    this.#log = log;
    this.#folder = folder;
  }

  async serve(load: () => Promise<Handler>): Promise<void> {
    let handler: Handler;
    try {
      handler = await load();
    } catch (error) {
      this.die(error, 'Uncaught Exception', 1);
      return;
    }
    this.#channel.send({ type: 'result' });
    for (;;) {
      const { header, payload } = await this.#channel.next();
      const request = header as unknown as Request;
      this.#log.requestId = request.requestId;
      process.env['_X_AMZN_TRACE_ID'] = request.traceId;
      this.#answer(await runHandler(handler, JSON.parse(payload.toString('utf8')), request));
    }
  }

  /** Tells what went wrong outside of the handler's hands, and ends. */
  die(error: unknown, title: string, code: number): void {
    this.#log.write('ERROR', [`${title} \t`, JSON.stringify(errorLogEntry(error, this.#folder))].map(String));
    this.#fail(error, { ends: true });
    process.exit(code);
  }

  #answer(ending: Ending): void {
    if ('error' in ending) {
      this.#log.write('ERROR', [
        `Invoke Error \t${JSON.stringify(errorLogEntry(ending.error, this.#folder))}`,
      ]);
      this.#fail(ending.error);
      return;
    }
    const text = jsonOf(ending.result);
    if (text === undefined) {
      this.#fail(new Error('Unable to stringify response body'));
      return;
    }
    this.#log.mark();
    this.#channel.send({ type: 'result' }, Buffer.from(text));
  }

  #fail(error: unknown, more: object = {}): void {
    const report = { ...errorReport(error, this.#folder), ...reasonOf(error, this.#folder) };
    this.#log.mark();
    const header = { type: 'error', errorType: report.errorType, ...more };
    this.#channel.send(header, Buffer.from(JSON.stringify(report)));
  }
}

/** What has no JSON at all, such as undefined, is null; undefined when writing it fails. */
function jsonOf(result: unknown): string | undefined {
  try {
    return (JSON.stringify(result) as string | undefined) ?? 'null';
  } catch {
    return undefined;
  }
}

function rejectionFault(reason: unknown): RuntimeFault {
  const fault = new RuntimeFault('UnhandledPromiseRejection', String(reason), { cause: reason });
  fault.stack = `Runtime.UnhandledPromiseRejection: ${reason instanceof Error ? reason.stack : String(reason)}`;
  return fault;
}

/** An unhandled rejection is reported with what it was rejected with. */
function reasonOf(error: unknown, folder: string): object {
  if (!(error instanceof RuntimeFault) || error.name !== 'Runtime.UnhandledPromiseRejection') return {};
  return { reason: errorLogEntry(error.cause, folder), promise: {} };
}

void main();
