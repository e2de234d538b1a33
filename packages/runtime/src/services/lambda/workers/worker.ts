import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import type { Duplex, Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { encodeFrame, type Frame, FrameReader } from '../node/frames.ts';
import { LogLines } from './log-lines.ts';

/** How a function's process is started. */
export interface FunctionProcess {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** What the process is told first. */
  readonly start: Readonly<Record<string, unknown>>;
}

/** How one invocation, or the start before it, went in the process. */
export type WorkerOutcome =
  | { readonly kind: 'result'; readonly payload: Buffer }
  /** The function failed; the payload is the error as the caller gets it. */
  | {
      readonly kind: 'error';
      readonly payload: Buffer;
      readonly errorType: string;
      /** The process ends over it. */
      readonly ends: boolean;
    }
  | { readonly kind: 'exited'; readonly reason: string };

// All of a process's output goes one way, so that lines keep their order.
const ONE_STREAM = 'exec "$0" "$@" 2>&1';
const SIGNAL_WORDS: Record<string, string> = {
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGILL: 'illegal instruction',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};

const PATIENCE_MS = 1000;

interface Events {
  change: [];
  mark: [];
}

/** A process that runs a function, one invocation at a time. */
export class Worker {
  readonly #child: ChildProcess;
  readonly #channel: Duplex;
  readonly #events = new EventEmitter<Events>();
  readonly #ended: Promise<void>;
  #outcome: WorkerOutcome | undefined;
  #exit: WorkerOutcome | undefined;
  /** Whether the process has closed its output. */
  #isSilent = false;

  /**
   * @param secret - tells control sequences in the output from what the function prints
   * @param message - told of everything the process prints
   */
  constructor(
    { command, environment, folder, start }: FunctionProcess,
    secret: string,
    message: (text: string) => void,
  ) {
    this.#child = spawn('/bin/sh', ['-c', ONE_STREAM, ...command], {
      cwd: folder,
      env: environment,
      // A group of its own: what the function started ends with it.
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    });
    this.#channel = this.#child.stdio[3] as Duplex;
    this.#readFrames();
    this.#readOutput(this.#child.stdout!, new LogLines(secret), message);
    this.#ended = this.#awaitEnd();
    this.#channel.write(encodeFrame({ ...start, secret }));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Also when its output has not been read to the end yet. */
  get isEnded(): boolean {
    const { exitCode, signalCode } = this.#child;
    return this.#exit !== undefined || exitCode !== null || signalCode !== null;
  }

  /** Resolves when the function is loaded, or tells why it cannot be. */
  async ready(): Promise<WorkerOutcome> {
    return await this.#nextOutcome();
  }

  /** Hands over an event and waits for what the function makes of it, its output included. */
  async invoke(header: Readonly<Record<string, unknown>>, payload: Uint8Array): Promise<WorkerOutcome> {
    const waiting = new AbortController();
    const { signal } = waiting;
    const marked = once(this.#events, 'mark', { signal }).catch(() => {});
    this.#channel.write(encodeFrame(header, payload));
    const outcome = await this.#nextOutcome();
    if (outcome.kind !== 'exited' && !this.#isSilent) {
      // A function that has redirected its output leaves no mark in it.
      const patience = setTimeout(PATIENCE_MS, undefined, { signal }).catch(() => {});
      await Promise.race([marked, this.#ended, patience]);
    }
    waiting.abort();
    return outcome;
  }

  /** Ends the process and everything it started. */
  async kill(): Promise<void> {
    this.#signalGroup();
    await this.#ended;
  }

  #signalGroup(): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // The group is gone.
    }
  }

  async #nextOutcome(): Promise<WorkerOutcome> {
    for (;;) {
      const outcome = this.#outcome ?? this.#exit;
      this.#outcome = undefined;
      if (outcome) return outcome;
      await once(this.#events, 'change');
    }
  }

  #readFrames(): void {
    const reader = new FrameReader();
    // A process that ends without reading leaves a broken pipe; its end says enough.
    this.#channel.on('error', () => {});
    this.#channel.on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk)) this.#outcome = outcomeOf(frame);
      this.#events.emit('change');
    });
  }

  #readOutput(output: Readable, lines: LogLines, message: (text: string) => void): void {
    const take = (pieces: ReturnType<LogLines['push']>) => {
      for (const piece of pieces) {
        if (piece.kind === 'mark') this.#events.emit('mark');
        else message(piece.text);
      }
    };
    output.on('data', (chunk: Buffer) => take(lines.push(chunk)));
    output.on('end', () => {
      take(lines.end());
      this.#isSilent = true;
      this.#events.emit('mark');
    });
  }

  async #awaitEnd(): Promise<void> {
    const reason = await new Promise<string>((resolve) => {
      this.#child.on('error', (error) => resolve(`Runtime could not be started: ${error.message}`));
      this.#child.on('exit', (code, signal) => {
        // Its children would hold the output open.
        this.#signalGroup();
        this.#child.on('close', () => resolve(exitReason(code, signal)));
      });
    });
    this.#exit = { kind: 'exited', reason };
    this.#events.emit('change');
  }
}

function outcomeOf({ header, payload }: Frame): WorkerOutcome {
  return header['type'] === 'error'
    ? { kind: 'error', payload, errorType: String(header['errorType']), ends: header['ends'] === true }
    : { kind: 'result', payload };
}

function exitReason(code: number | null, signal: string | null): string {
  if (signal !== null) return `Runtime exited with error: signal: ${SIGNAL_WORDS[signal] ?? signal}`;
  return code === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${code}`;
}
