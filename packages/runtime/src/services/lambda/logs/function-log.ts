import type { LogTarget } from '../../../dispatch/log-delivery.ts';
import type { VersionSettings } from '../function-store.ts';
import type { LogShipper } from './log-shipper.ts';

/** How an invocation went, for its last line. */
export interface InvocationReport {
  readonly requestId: string;
  readonly milliseconds: number;
  readonly memorySize: number;
  /** Largest resident size in bytes; undefined where nobody can say, as of a process that is gone. */
  readonly peakMemory: number | undefined;
  /** Of a cold start. */
  readonly initMilliseconds: number | undefined;
  readonly status: 'success' | 'error' | 'timeout';
  readonly errorType?: string;
}

const TAIL_BYTES = 4096;
const MEGABYTE = 1024 * 1024;

/**
 * The log of one function process: a stream of its own, in the group of the function. It writes
 * Lambda's own lines in the function's log format and keeps the end of the running invocation's log.
 */
export class FunctionLog {
  readonly #shipper: LogShipper;
  readonly #target: LogTarget;
  readonly #json: boolean;
  readonly #quiet: boolean;
  readonly #now: () => number;
  #tail: string[] | undefined;
  /** What is printed while the function is being loaded. */
  #held: string[] | undefined;

  constructor(
    shipper: LogShipper,
    target: LogTarget,
    { LogFormat, SystemLogLevel }: VersionSettings['LoggingConfig'],
    now: () => number,
  ) {
    this.#shipper = shipper;
    this.#target = target;
    this.#json = LogFormat === 'JSON';
    this.#quiet = SystemLogLevel === 'WARN';
    this.#now = now;
  }

  /** What the process printed: a line, or a message of several. */
  message(text: string): void {
    if (this.#held) this.#held.push(text);
    else this.#write(`${text}\n`);
  }

  /** From here until {@link loaded} the process prints on its own account. */
  loading(runtime: string, runtimeArn: string): void {
    const line = `INIT_START Runtime Version: ${runtime}\tRuntime Version ARN: ${runtimeArn}`;
    const record = {
      initializationType: 'on-demand',
      phase: 'init',
      runtimeVersion: runtime,
      runtimeVersionArn: runtimeArn,
    };
    this.#platform(line, 'platform.initStart', record);
    this.#held = [];
  }

  loaded(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const text of held) this.message(text);
  }

  /** Begins an invocation. What loading printed belongs to it if that failed. */
  started(requestId: string, version: string): void {
    this.#tail = [];
    const record = { requestId, version };
    this.#platform(`START RequestId: ${requestId} Version: ${version}`, 'platform.start', record);
    this.loaded();
  }

  /** A fault that the process could not write down itself. */
  fault(requestId: string, text: string, type: string): void {
    if (this.#json) {
      const record = { requestId, errorType: type, errorMessage: text };
      this.#write(`${JSON.stringify({ time: this.#time(), type: 'platform.fault', record })}\n`);
    } else if (type === 'Sandbox.Timedout') this.#write(`${this.#time()} ${requestId} ${text}\n`);
    else this.#write(`RequestId: ${requestId} Error: ${text}\n${type}\n`);
  }

  /** @returns the last 4 KB of the invocation's log, in base64 as the API gives it */
  ended(report: InvocationReport): string {
    const { requestId } = report;
    if (!this.#json) this.#platform(`END RequestId: ${requestId}`, '', {});
    this.#platform(reportLine(report), 'platform.report', reportRecord(report));
    const tail = Buffer.from((this.#tail ?? []).join(''));
    this.#tail = undefined;
    this.#shipper.flush(this.#target);
    return tail.subarray(-TAIL_BYTES).toString('base64');
  }

  #platform(line: string, type: string, record: object): void {
    if (!this.#json) this.#write(`${line}\n`);
    else if (!this.#quiet) this.#write(`${JSON.stringify({ time: this.#time(), type, record })}\n`);
  }

  #write(text: string): void {
    this.#shipper.add(this.#target, text);
    if (!this.#tail) return;
    this.#tail.push(text);
    // Only the end is ever asked for.
    if (this.#tail.length > TAIL_BYTES) this.#tail.splice(0, TAIL_BYTES / 2);
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}

function reportLine(report: InvocationReport): string {
  const { requestId, milliseconds, memorySize, peakMemory, initMilliseconds, status, errorType } = report;
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${milliseconds.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(milliseconds)} ms`,
    `Memory Size: ${memorySize} MB`,
    ...(peakMemory === undefined ? [] : [`Max Memory Used: ${Math.ceil(peakMemory / MEGABYTE)} MB`]),
    ...(initMilliseconds === undefined ? [] : [`Init Duration: ${initMilliseconds.toFixed(2)} ms`]),
    // What the function itself threw is no status of the runtime.
    ...(status === 'timeout' ? ['Status: timeout'] : []),
    ...(status === 'error' && errorType?.startsWith('Runtime.')
      ? ['Status: error', `Error Type: ${errorType}`]
      : []),
  ];
  return `${parts.join('\t')}\t`;
}

function reportRecord(report: InvocationReport): object {
  const { requestId, milliseconds, memorySize, peakMemory, initMilliseconds, status, errorType } = report;
  return {
    requestId,
    metrics: {
      durationMs: Number(milliseconds.toFixed(3)),
      billedDurationMs: Math.ceil(milliseconds),
      memorySizeMB: memorySize,
      ...(peakMemory !== undefined && { maxMemoryUsedMB: Math.ceil(peakMemory / MEGABYTE) }),
      ...(initMilliseconds !== undefined && { initDurationMs: Number(initMilliseconds.toFixed(3)) }),
    },
    status,
    ...(errorType !== undefined && { errorType }),
  };
}
