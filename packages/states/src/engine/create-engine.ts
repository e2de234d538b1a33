import { randomUUID } from 'node:crypto';
import type { StateMachine } from '../definition/model.ts';
import type { Failure } from '../failures.ts';
import { type HistoryEvent, toHistoryEvent } from '../history/history-event.ts';
import type { Json } from '../json.ts';
import type { EventRecord, ExecutionRecord, HistoryQuery, StoreWriter, TaskRecord } from '../store/store.ts';
import { systemClock } from './clock.ts';
import type { Engine, StartRequest } from './engine.ts';
import {
  ExecutionAlreadyExistsError,
  ExecutionDoesNotExistError,
  ExecutionNotRedrivableError,
  InvalidTokenError,
  RunHaltedError,
  TaskTimedOutError,
} from './errors.ts';
import { finish } from './finish.ts';
import type { Host } from './host.ts';
import type { LiveTask } from './live-task.ts';
import { definitionHash, MachineCache } from './machine-cache.ts';
import { beginRun, loadRun, resumeRun } from './open-run.ts';
import { defaultLimits, type EngineOptions } from './options.ts';
import { checkRedrivable, redriveRun } from './redrive.ts';
import type { Run } from './run.ts';
import type { TaskRequest } from './task-handler.ts';
import { extendHeartbeat, failTask, succeedTask } from './task-lifecycle.ts';

/** So many parsed definitions are kept. */
const cachedMachines = 200;

export function createEngine(options: EngineOptions): Engine {
  return new StatesEngine(options);
}

class StatesEngine implements Engine {
  readonly #host: Host;
  readonly #machines = new MachineCache(cachedMachines);
  readonly #runs = new Map<string, Run>();
  readonly #waiting = new Map<string, ((record: ExecutionRecord) => void)[]>();
  #closed = false;

  constructor(options: EngineOptions) {
    const clock = options.clock ?? systemClock();
    const onFault = options.onFault ?? (() => {});
    this.#host = {
      store: options.store,
      tasks: options.tasks,
      objects: options.objects,
      clock,
      now: () => clock.now(),
      random: options.random ?? Math.random,
      uuid: options.uuid ?? randomUUID,
      limits: { ...defaultLimits, ...options.limits },
      timeScale: options.timeScale ?? 1,
      onEvents: guarded(options.onEvents, onFault),
      onFault,
      ended: (run) => this.#ended(run),
      lost: (run) => this.#forget(run),
      cancelTask: (record) => this.#cancelTask(record),
      startPending: (arn) => this.#background(arn, () => this.#startPendingOrLoseParent(arn)),
      abortChild: (arn) => this.#background(arn, async () => void (await this.stop(arn))),
    };
  }

  async start(request: StartRequest, also?: () => void): Promise<ExecutionRecord> {
    const { stateMachine, executionArn } = request;
    const hash = definitionHash(stateMachine.definition);
    const machine = this.#machines.parse(hash, stateMachine.definition);
    const now = this.#host.now();
    const record: ExecutionRecord = {
      arn: executionArn,
      name: request.name,
      type: stateMachine.type ?? 'STANDARD',
      stateMachineArn: stateMachine.arn,
      stateMachineName: stateMachine.name,
      roleArn: stateMachine.roleArn,
      definitionHash: hash,
      entry: '',
      status: 'RUNNING',
      input: JSON.stringify(request.input),
      output: undefined,
      failure: undefined,
      startDate: now,
      stopDate: undefined,
      due: machine.timeoutSeconds === undefined ? undefined : now + machine.timeoutSeconds * 1000,
      redriveCount: 0,
      redriveDate: undefined,
      mapRun: undefined,
    };
    const run = beginRun(this.#host, record, machine);
    const isNew = await this.#open(run, (writer) => {
      writer.insertDefinition(hash, stateMachine.definition);
      if (!writer.insertExecution(record)) return false;
      also?.();
      return true;
    });
    if (isNew) return record;
    const existing = this.#existing(executionArn);
    if (existing.status === 'RUNNING' && existing.input === record.input) return existing;
    throw new ExecutionAlreadyExistsError(executionArn);
  }

  async stop(executionArn: string, failure: Failure = {}): Promise<ExecutionRecord> {
    const run = this.#runs.get(executionArn);
    if (run !== undefined) {
      await this.#post(run, () => finish(run, { status: 'ABORTED', failure }));
    } else if (this.#existing(executionArn).status === 'RUNNING') {
      throw notHere(executionArn);
    }
    return this.#existing(executionArn);
  }

  async redrive(executionArn: string): Promise<ExecutionRecord> {
    const record = this.#existing(executionArn);
    checkRedrivable(record);
    const machine = this.#machineOf(record);
    const run = loadRun(this.#host, record, machine);
    redriveRun(run, machine.timeoutSeconds);
    const isFirst = await this.#open(run, () => this.#existing(executionArn).status === record.status);
    if (!isFirst) throw new ExecutionNotRedrivableError(executionArn, 'it is being redriven already');
    return run.record;
  }

  recover(): void {
    const { store } = this.#host;
    const arns = store.executionsByStatus('RUNNING').filter((arn) => !this.#runs.has(arn));
    for (const run of arns.flatMap((arn) => this.#takeUp(arn))) {
      // A map run may have been given up just before its children could be told.
      if (this.#isWanted(run.record)) resumeRun(run);
      else this.#host.abortChild(run.record.arn);
    }
    for (const task of store.tasksByStatus('CANCELLING')) this.#cancelTask(task);
  }

  async succeedTask(token: string, output: Json): Promise<void> {
    await this.#settle(token, (run, task) => succeedTask(run, task, output));
  }

  async failTask(token: string, failure: Failure): Promise<void> {
    await this.#settle(token, (run, task) => failTask(run, task, failure));
  }

  async heartbeatTask(token: string): Promise<void> {
    await this.#settle(token, extendHeartbeat);
  }

  describe(executionArn: string): ExecutionRecord | undefined {
    return this.#host.store.execution(executionArn);
  }

  history(executionArn: string, query: HistoryQuery): HistoryEvent[] {
    return this.#host.store.history(executionArn, query).map(toHistoryEvent);
  }

  ended(executionArn: string): Promise<ExecutionRecord> {
    const record = this.#host.store.execution(executionArn);
    if (record === undefined) return Promise.reject(new ExecutionDoesNotExistError(executionArn));
    if (record.status !== 'RUNNING' && record.status !== 'PENDING') return Promise.resolve(record);
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(executionArn) ?? [];
      this.#waiting.set(executionArn, [...waiting, resolve]);
    });
  }

  close(): void {
    this.#closed = true;
    for (const run of this.#runs.values()) run.halt(new RunHaltedError('the engine was closed'));
    this.#runs.clear();
  }

  /** Makes the first commit of a run and lets it move. False when `insert` refused it. */
  async #open(run: Run, insert: (writer: StoreWriter) => boolean): Promise<boolean> {
    const { arn } = run.record;
    try {
      const opened = await run.open((writer) => {
        if (!insert(writer)) return false;
        // Known as soon as it is written: others may see it in the store and want to stop it.
        this.#runs.set(arn, run);
        return true;
      });
      if (!opened) return false;
    } catch (error) {
      this.#forget(run);
      throw error;
    }
    resumeRun(run);
    return true;
  }

  #forget(run: Run): void {
    const { arn } = run.record;
    if (this.#runs.get(arn) === run) this.#runs.delete(arn);
  }

  /** Loads an execution without letting it move; nothing when that fails. */
  #takeUp(executionArn: string): Run[] {
    try {
      const record = this.#existing(executionArn);
      const run = loadRun(this.#host, record, this.#machineOf(record));
      this.#runs.set(executionArn, run);
      return [run];
    } catch (error) {
      this.#host.onFault(error, executionArn);
      return [];
    }
  }

  async #startPending(executionArn: string): Promise<void> {
    const record = this.#existing(executionArn);
    const machine = this.#machineOf(record);
    const run = this.#reopen(record, machine);
    // Meanwhile the map run may have been given up, or redriven and have started the child itself.
    await this.#open(run, () => this.#existing(executionArn).status === 'PENDING' && this.#isWanted(record));
  }

  /** A map run whose child could not be written has to look at its children again. */
  async #startPendingOrLoseParent(executionArn: string): Promise<void> {
    try {
      await this.#startPending(executionArn);
    } catch (error) {
      const { mapRun } = this.#existing(executionArn);
      const parent = mapRun && this.#runs.get(mapRun.parentArn);
      if (!parent || error instanceof RunHaltedError) throw error;
      parent.lose(error);
    }
  }

  /** A child starts from its beginning, or, after a redrive, from where it failed. */
  #reopen(record: ExecutionRecord, machine: StateMachine): Run {
    if (this.#host.store.flows(record.arn).length > 0) {
      const run = loadRun(this.#host, record, machine);
      redriveRun(run, undefined);
      return run;
    }
    const change = { status: 'RUNNING', startDate: this.#host.now() } as const;
    const run = beginRun(this.#host, { ...record, ...change }, machine);
    run.journal.changeExecution(change);
    return run;
  }

  /** Whether its map run still waits for a child; always so for executions that are no children. */
  #isWanted({ mapRun }: ExecutionRecord): boolean {
    if (mapRun === undefined) return true;
    const parent = this.#runs.get(mapRun.parentArn);
    const flow = parent?.flows.get(mapRun.flowPath);
    if (parent === undefined || parent.ended || flow?.status !== 'RUNNING') return false;
    const { phase } = flow.progress;
    return phase.kind === 'map-run' && phase.arn === mapRun.arn;
  }

  #ended(run: Run): void {
    const { record } = run;
    this.#forget(run);
    run.halt(new RunHaltedError(`execution ${record.arn} has ended`));
    for (const resolve of this.#waiting.get(record.arn) ?? []) resolve(record);
    this.#waiting.delete(record.arn);
    if (record.mapRun === undefined) return;
    const { parentArn, flowPath } = record.mapRun;
    const parent = this.#runs.get(parentArn);
    parent?.notify(() => {
      const flow = parent.flows.get(flowPath);
      const isCounted = parent.mapRuns.get(flowPath)?.countEnd(record.arn, record.status) ?? false;
      if (flow !== undefined && isCounted) parent.enqueue(flow);
    });
  }

  async #settle(token: string, settle: (run: Run, task: LiveTask) => boolean): Promise<void> {
    const record = this.#host.store.task(token);
    if (record === undefined) throw new InvalidTokenError();
    const run = this.#runs.get(record.executionArn);
    if (run === undefined && record.status === 'OPEN') throw notHere(record.executionArn);
    const task = run?.tasks.get(token);
    if (run === undefined || task === undefined) throw new TaskTimedOutError();
    let wasOpen = false;
    await this.#post(run, () => {
      wasOpen = settle(run, task);
    });
    if (!wasOpen) throw new TaskTimedOutError();
  }

  /** Hands work to a run, and waits until it is durable; does nothing when the run ends before. */
  async #post(run: Run, work: () => void): Promise<void> {
    try {
      await run.post(work);
    } catch (error) {
      if (!(error instanceof RunHaltedError && run.ended)) throw error;
    }
  }

  #cancelTask(record: TaskRecord): void {
    this.#background(record.executionArn, async () => {
      const request = JSON.parse(record.request) as TaskRequest;
      const response = record.submitted === undefined ? undefined : (JSON.parse(record.submitted) as Json);
      try {
        await this.#host.tasks(request.resource)?.cancel?.({ ...request, token: record.token, response });
      } finally {
        if (!this.#closed) {
          await this.#host.store.transaction((writer) => writer.closeTask(record.token, 'CLOSED'));
        }
      }
    });
  }

  /** Work that nobody waits for; its errors are no one's input. */
  #background(executionArn: string, work: () => Promise<void>): void {
    if (this.#closed) return;
    work().catch((error: unknown) => {
      if (!(error instanceof RunHaltedError)) this.#host.onFault(error, executionArn);
    });
  }

  #existing(executionArn: string): ExecutionRecord {
    const record = this.#host.store.execution(executionArn);
    if (record === undefined) throw new ExecutionDoesNotExistError(executionArn);
    return record;
  }

  #machineOf({ definitionHash: hash, arn }: ExecutionRecord): StateMachine {
    const text = this.#host.store.definition(hash);
    if (text === undefined) throw new Error(`the definition of ${arn} is not in the store`);
    return this.#machines.parse(hash, text);
  }
}

/** An error of the observer is a fault of the embedder's; it must not stop the execution. */
function guarded(observe: EngineOptions['onEvents'], onFault: Host['onFault']): Host['onEvents'] {
  return (executionArn: string, events: readonly EventRecord[]) => {
    try {
      observe?.(executionArn, events);
    } catch (error) {
      onFault(error, executionArn);
    }
  };
}

function notHere(executionArn: string): RunHaltedError {
  return new RunHaltedError(
    `execution ${executionArn} is running in the store but not in this engine: recover() takes it up`,
  );
}
