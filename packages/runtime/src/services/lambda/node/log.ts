import { format, types } from 'node:util';
import { writeAll } from './channel.ts';

const STDOUT = 1;

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
type Level = (typeof LEVELS)[number];

const METHODS: Record<string, Level> = {
  log: 'INFO',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  trace: 'TRACE',
  fatal: 'FATAL',
};

/** What a function logs, in Lambda's forms: text with time, request and level, or JSON. */
export class Log {
  readonly #control: string;
  readonly #json: boolean;
  readonly #least: number;
  /** Request that is being worked on. */
  requestId: string | undefined;

  /** @param secret - marks control sequences in the output */
  constructor(secret: string, logFormat: string, level: string | undefined) {
    this.#control = `\0${secret}`;
    this.#json = logFormat === 'JSON';
    this.#least = LEVELS.indexOf((level ?? 'TRACE') as Level);
  }

  /** Makes the console write here. */
  takeConsole(): void {
    const methods = Object.entries(METHODS).map(([method, level]) => [
      method,
      (...items: unknown[]) => this.write(level, items),
    ]);
    Object.assign(globalThis.console, Object.fromEntries(methods) as object);
  }

  write(level: Level, items: readonly unknown[]): void {
    if (LEVELS.indexOf(level) < this.#least) return;
    const time = new Date().toISOString();
    const text = this.#json
      ? JSON.stringify({ timestamp: time, level, requestId: this.requestId, ...messageOf(items) })
      : `${time}\t${this.requestId}\t${level}\t${format(...items)}`;
    // Announced with its length, so that several lines stay one message.
    const bytes = Buffer.from(text);
    writeAll(STDOUT, Buffer.concat([Buffer.from(`${this.#control}L${bytes.byteLength}\n`), bytes]));
  }

  /** Says that the invocation's output is complete. */
  mark(): void {
    writeAll(STDOUT, Buffer.from(`${this.#control}M\n`));
  }
}

function messageOf(items: readonly unknown[]): object {
  const error = items.find((item) => types.isNativeError(item));
  const [first] = items;
  const isDocument = items.length === 1 && typeof first === 'object' && first !== null && !error;
  return {
    message: isDocument ? first : format(...items),
    ...(error && {
      errorType: error.name,
      errorMessage: error.message,
      stackTrace: error.stack?.split('\n') ?? [],
    }),
  };
}
