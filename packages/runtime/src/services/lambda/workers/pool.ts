import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Host } from '../../../dispatch/host.ts';
import type { Alarm } from '../../../store/clock.ts';
import type { Scope } from '../../../store/collection.ts';
import type { VersionRecord } from '../function-store.ts';
import { FunctionLog } from '../logs/function-log.ts';
import type { LogShipper } from '../logs/log-shipper.ts';
import { runtimeVersionArn } from '../runtimes.ts';
import { CREDENTIALS_MS, functionCredentials } from './credentials.ts';
import { functionProcess, type ProcessParts, type ProcessRequest } from './function-process.ts';
import { Leftovers } from './leftovers.ts';
import { memoryOf } from './process-memory.ts';
import { Worker } from './worker.ts';

/** A function's process in the pool's care. */
export interface PooledWorker {
  readonly worker: Worker;
  readonly log: FunctionLog;
  readonly scope: Scope;
  readonly version: VersionRecord;
  /** Code and settings that it was started with. */
  readonly made: string;
  readonly since: number;
  readonly temporary: string;
  /** False until the function is loaded. */
  loaded: boolean;
  /** Not to be used again. */
  retired: boolean;
  idle?: Alarm;
}

const IDLE_MS = 5 * 60 * 1000;
const LONGEST_USE_MS = CREDENTIALS_MS / 2;
const MEMORY_LOOK_MS = 1000;
const MEGABYTE = 1024 * 1024;

/**
 * Processes of functions, kept warm: each serves one invocation at a time, waits for the next one some
 * minutes, and is not used again when its function has changed.
 */
export class WorkerPool {
  readonly #host: Host;
  readonly #parts: ProcessParts;
  readonly #shipper: LogShipper;
  readonly #leftovers: Leftovers;
  readonly #folder: string;
  readonly #busy = new Set<PooledWorker>();
  readonly #idle = new Set<PooledWorker>();
  #memoryAlarm: Alarm | undefined;

  /** @param folder - for what belongs to single processes */
  constructor(parts: ProcessParts, shipper: LogShipper, folder: string) {
    this.#host = parts.host;
    this.#parts = parts;
    this.#shipper = shipper;
    this.#folder = join(folder, 'tmp');
    this.#leftovers = new Leftovers(join(folder, 'processes'));
  }

  /** Ends the processes that an earlier life left behind, and removes their files. */
  start(): void {
    this.#leftovers.end();
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
  }

  /** A process for an invocation of a version: a waiting one, or a new one. */
  async take(scope: Scope, version: VersionRecord): Promise<PooledWorker> {
    const made = JSON.stringify([version.Code.Sha256, version.Settings]);
    const waiting = [...this.#idle].find(
      (candidate) => candidate.made === made && isOf(candidate, scope, version.Name, version.Version),
    );
    if (waiting) {
      waiting.idle?.cancel();
      this.#idle.delete(waiting);
      this.#occupy(waiting);
      // That a process has died is heard of in the next turn of the event loop.
      await setImmediate();
      if (!waiting.worker.isEnded && this.#host.clock.now() < waiting.since + LONGEST_USE_MS) return waiting;
      await this.end(waiting);
    }
    const started = await this.#start(scope, version, made);
    this.#occupy(started);
    return started;
  }

  /** Takes a process back after its invocation. */
  async giveBack(pooled: PooledWorker): Promise<void> {
    if (pooled.retired || pooled.worker.isEnded) return await this.end(pooled);
    this.#busy.delete(pooled);
    this.#idle.add(pooled);
    pooled.idle = this.#host.clock.at(this.#host.clock.now() + IDLE_MS, () => void this.end(pooled));
  }

  async end(pooled: PooledWorker): Promise<void> {
    pooled.idle?.cancel();
    this.#idle.delete(pooled);
    this.#busy.delete(pooled);
    const { pid } = pooled.worker;
    await pooled.worker.kill();
    if (pid !== undefined) this.#leftovers.forget(pid);
    rmSync(pooled.temporary, { recursive: true, force: true });
  }

  /** The function, or one version of it, has changed or is gone: processes are used no more. */
  retire(scope: Scope, name: string, version?: string): void {
    const isMeant = (pooled: PooledWorker) => isOf(pooled, scope, name, version ?? pooled.version.Version);
    for (const pooled of [...this.#idle].filter(isMeant)) void this.end(pooled);
    for (const pooled of [...this.#busy].filter(isMeant)) pooled.retired = true;
  }

  /** Ends all processes. */
  async stop(): Promise<void> {
    this.#memoryAlarm?.cancel();
    await Promise.all([...this.#idle, ...this.#busy].map((pooled) => this.end(pooled)));
  }

  async #start(scope: Scope, version: VersionRecord, made: string): Promise<PooledWorker> {
    const { ids, clock } = this.#host;
    const id = ids.hex(32);
    const since = clock.now();
    const { Settings, Name } = version;
    const credentials = await functionCredentials(this.#host, scope, Name, Settings.Role);
    const request: ProcessRequest = {
      scope,
      version,
      credentials,
      logStream: streamName(since, version.Version, id),
      temporary: join(this.#folder, id),
    };
    const plan = await functionProcess(this.#parts, request);
    const caller = this.#host.sessions.callerOf(credentials.accessKeyId);
    const target = {
      caller,
      region: scope.region,
      group: Settings.LoggingConfig.LogGroup,
      stream: request.logStream,
    };
    const log = new FunctionLog(this.#shipper, target, Settings.LoggingConfig, () => clock.now());
    log.loading(Settings.Runtime, runtimeVersionArn(scope.region, Settings.Runtime));
    const worker = new Worker(plan, ids.hex(32), (text) => log.message(text));
    if (worker.pid !== undefined) this.#leftovers.note(worker.pid);
    const { temporary } = request;
    return { worker, log, scope, version, made, since, temporary, loaded: false, retired: false };
  }

  #occupy(pooled: PooledWorker): void {
    this.#busy.add(pooled);
    this.#memoryAlarm ??= this.#host.clock.at(this.#host.clock.now() + MEMORY_LOOK_MS, () =>
      this.#lookAtMemory(),
    );
  }

  /** While functions run, ends those that use more memory than they have, as AWS does. */
  #lookAtMemory(): void {
    this.#memoryAlarm = undefined;
    for (const { worker, version } of this.#busy) {
      const used = memoryOf(worker.pid)?.own ?? 0;
      if (used > version.Settings.MemorySize * MEGABYTE) void worker.kill();
    }
    if (this.#busy.size > 0) {
      this.#memoryAlarm = this.#host.clock.at(this.#host.clock.now() + MEMORY_LOOK_MS, () =>
        this.#lookAtMemory(),
      );
    }
  }
}

function isOf({ scope, version }: PooledWorker, of: Scope, name: string, number: string): boolean {
  return (
    scope.account === of.account &&
    scope.region === of.region &&
    version.Name === name &&
    version.Version === number
  );
}

/** `YYYY/MM/DD/[<version>]<32 hexadecimal digits>` */
function streamName(time: number, version: string, id: string): string {
  return `${new Date(time).toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${id}`;
}
