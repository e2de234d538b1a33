import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Progress } from '../progress.ts';
import type { Alarm, Clock } from '../store/clock.ts';
import { decode, encode } from '../store/codec.ts';
import type { Database } from '../store/database.ts';
import { StorageError } from '../store/errors.ts';
import type { Recovery } from '../store/recovery.ts';
import { FolderWatch } from './folder-watch.ts';
import { type ExitRecord, isAlive, isTaken, readExit, readStart } from './job-records.ts';
import { type OutputChunk, OutputTail } from './output-tail.ts';

/** A command ready to be started. */
export interface JobCommand {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  /** Longest run in milliseconds, counted from here. */
  readonly timeout?: number;
}

/** How a job ended. */
export interface JobEnd {
  /** `lost`: its process is gone and left no record (the machine was restarted, say). */
  readonly reason: 'exited' | 'timeout' | 'stopped' | 'lost' | 'unprepared';
  /** Null where a signal ended it, or it never ran. */
  readonly exitCode: number | null;
  readonly record?: ExitRecord;
  /** Why preparing failed. */
  readonly error?: unknown;
}

/** What a job's owner is told about where it runs. */
export interface JobPlace {
  readonly id: string;
  /** The job's folder: the wrapper's records, `stdout`, `stderr`, and whatever the owner puts there. */
  readonly folder: string;
  /** 0 at the first run. */
  readonly attempt: number;
}

/** A kind of job: how it is prepared and what its end means. */
export interface JobKind<Body> {
  /** After a crash of the runtime: `attach` to the process that went on, or `restart` it because it needs the runtime. */
  readonly afterCrash: 'attach' | 'restart';
  /** Milliseconds between asking a process to end and ending it; 10 seconds unless said otherwise. */
  readonly grace?: number;
  /** Puts the job's input into its folder and says what to run; may be repeated after a crash. */
  prepare(body: Body, place: JobPlace): Promise<JobCommand>;
  /** Takes the result in. Call `done` inside the transaction that records it. */
  ended(body: Body, end: JobEnd, place: JobPlace, done: () => void): Promise<void>;
  /** Takes in what the command printed; chunks come in order and may be repeated after a crash. */
  output?(body: Body, chunk: OutputChunk, place: JobPlace): Promise<void>;
}

export interface JobsParts {
  readonly database: Database;
  readonly recovery: Recovery;
  readonly clock: Clock;
  readonly progress: Progress;
  /** The folder of all jobs' folders. */
  readonly root: string;
  readonly python: string;
}

interface Row {
  id: string;
  kind: string;
  body: string;
  attempt: number;
  deadline: number | null;
  stopping: string | null;
  stdout: number;
  stderr: number;
}

interface Running {
  readonly watch: FolderWatch;
  readonly tail: OutputTail;
  readonly since: number;
  /** Rings at the deadline, later when asking to end has not helped. */
  alarm?: Alarm;
  /** Whether a stop was passed on to the process. */
  stopSent: boolean;
}

const WRAPPER = fileURLToPath(new URL('./wrapper.py', import.meta.url));
// The wrapper's exit code when an earlier one has taken the folder.
const ALREADY_TAKEN = 75;
// And where it cannot write its records, so that it has started nothing, or ended what it started.
const CANNOT_WRITE = 74;
const GRACE_MS = 10_000;
// The wrapper writes its first record within milliseconds; one without it by now is gone.
const LONGEST_START_MS = 5000;

/**
 * Processes of this machine that do the services' work. A job is a row, placed in the transaction of
 * the service that wants it; its process runs under a wrapper that records start and exit in the
 * job's folder, so a job survives the runtime, and its end is taken in exactly once.
 */
export class Jobs {
  readonly #database: Database;
  readonly #recovery: Recovery;
  readonly #clock: Clock;
  readonly #progress: Progress;
  readonly #root: string;
  readonly #python: string;
  readonly #kinds = new Map<string, JobKind<never>>();
  readonly #running = new Map<string, Running>();
  #started = false;

  static readonly schema = `CREATE TABLE job (id TEXT PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0, deadline INTEGER, stopping TEXT,
    stdout INTEGER NOT NULL DEFAULT 0, stderr INTEGER NOT NULL DEFAULT 0) STRICT;`;

  constructor(parts: JobsParts) {
    this.#database = parts.database;
    this.#recovery = parts.recovery;
    this.#clock = parts.clock;
    this.#progress = parts.progress;
    this.#root = parts.root;
    this.#python = parts.python;
  }

  define<Body>(kind: string, definition: JobKind<Body>): void {
    if (this.#kinds.has(kind)) throw new Error(`Two definitions of job kind ${kind}`);
    this.#kinds.set(kind, definition as unknown as JobKind<never>);
  }

  /** Inside a transaction: orders a job. `id` is unique among all jobs and fit for a file name. */
  order<Body>(kind: string, id: string, body: Body): void {
    if (!this.#kinds.has(kind)) throw new Error(`Nobody defined job kind ${kind}`);
    this.#database.run('INSERT INTO job (id, kind, body) VALUES (?, ?, ?)', id, kind, encode(body));
    this.#database.afterCommit(() => this.#launch(id));
  }

  /** Inside a transaction: asks a job to stop; its end comes as `stopped`. Unknown or ended jobs are left. */
  stop(id: string): void {
    this.#database.run("UPDATE job SET stopping = 'stopped' WHERE id = ? AND stopping IS NULL", id);
    this.#database.afterCommit(() => this.#enforceStop(id));
  }

  /** The job's folder, where its records, output and working files lie. */
  folderOf(kind: string, id: string, attempt = 0): string {
    return join(this.#root, kind, attempt === 0 ? id : `${id}.${attempt}`);
  }

  /** Starts what is ordered, attaches to what runs, takes in what ended meanwhile. */
  async start(): Promise<void> {
    this.#started = true;
    for (const row of this.#database.all<Row>('SELECT * FROM job')) await this.#recover(row);
  }

  /** Lets go of all jobs. With `end`, their processes are ended and run again after the next start. */
  async stopAll(mode: 'keep' | 'end'): Promise<void> {
    this.#started = false;
    for (const [id, running] of this.#running) {
      running.alarm?.cancel();
      running.watch.close();
      const row = this.#row(id);
      const kind = row && this.#kinds.get(row.kind);
      if (!row || !kind || (mode === 'keep' && kind.afterCrash === 'attach')) continue;
      this.#signal(row, 'SIGKILL');
      await this.#nextAttempt(row);
    }
    this.#running.clear();
  }

  async #recover(row: Row): Promise<void> {
    const place = this.#place(row);
    if (!isTaken(place.folder)) return this.#launch(row.id);
    const exit = readExit(place.folder);
    const restart = this.#kinds.get(row.kind)?.afterCrash === 'restart' && row.stopping === null;
    if (restart && exit?.code !== 0) {
      this.#signal(row, 'SIGKILL');
      await this.#nextAttempt(row);
      return this.#launch(row.id);
    }
    this.#attach(row);
  }

  async #nextAttempt(row: Row): Promise<void> {
    await this.#database.transaction(() =>
      this.#database.run(
        'UPDATE job SET attempt = attempt + 1, deadline = NULL, stdout = 0, stderr = 0 WHERE id = ?',
        row.id,
      ),
    );
  }

  #launch(id: string): void {
    if (!this.#started) return;
    const row = this.#row(id);
    if (row) void this.#prepareAndSpawn(row);
  }

  async #prepareAndSpawn(row: Row): Promise<void> {
    try {
      // A full disk is no fault of the job's: it waits until there is space.
      await this.#insist(row, `Job ${row.id} could not be prepared`, () => this.#prepare(row));
    } catch (error) {
      // What fails because the runtime ends is prepared again in its next life.
      if (this.#started) await this.#finish(row, { reason: 'unprepared', exitCode: null, error });
    }
  }

  async #prepare(row: Row): Promise<void> {
    const place = this.#place(row);
    try {
      mkdirSync(place.folder, { recursive: true });
      const command = await this.#kind(row).prepare(decode(row.body) as never, place);
      if (!this.#started) return;
      if (command.timeout !== undefined) {
        const deadline = this.#clock.now() + command.timeout;
        await this.#database.transaction(() =>
          this.#database.run('UPDATE job SET deadline = ? WHERE id = ?', deadline, row.id),
        );
      }
      const current = this.#row(row.id);
      if (!current || !this.#started) return;
      if (current.stopping) return await this.#finish(current, { reason: 'stopped', exitCode: null });
      this.#attach(current);
      this.#spawn(current, command);
    } catch (error) {
      throw StorageError.from(error, `write ${place.folder}`);
    }
  }

  #spawn(row: Row, { command, environment, workingFolder }: JobCommand): void {
    const { folder } = this.#place(row);
    const wrapper = spawn(this.#python, ['-I', '-S', WRAPPER, folder, ...command], {
      cwd: workingFolder,
      env: environment,
      detached: true,
      stdio: 'ignore',
    });
    wrapper.unref();
    wrapper.on('error', (error) => void this.#finish(row, { reason: 'unprepared', exitCode: null, error }));
    // The folder's watch sees a normal end; this one sees a wrapper that was killed. One that found the
    // folder taken says nothing of the one that took it.
    wrapper.on('exit', (code) => {
      if (code !== CANNOT_WRITE) return void this.#look(row.id, code !== ALREADY_TAKEN);
      const error = new StorageError('full', `write ${folder}`);
      void this.#finish(row, { reason: 'unprepared', exitCode: null, error });
    });
    this.#progress.emit({ type: 'job.started', kind: row.kind, id: row.id });
  }

  /** Follows a job by its folder, no matter who started it. */
  #attach(row: Row): void {
    const place = this.#place(row);
    const kind = this.#kind(row);
    const notTakenIn = `What job ${row.id} printed was not taken in`;
    const tail = new OutputTail(place.folder, { stdout: row.stdout, stderr: row.stderr }, async (chunk) => {
      try {
        await this.#insist(row, notTakenIn, async () => {
          await kind.output?.(decode(row.body) as never, chunk, place);
          await this.#database.transaction(() =>
            this.#database.run(`UPDATE job SET ${chunk.stream} = ? WHERE id = ?`, chunk.end, row.id),
          );
        });
      } catch (error) {
        // A job ends also where nobody can take in what it prints.
        if (this.#started) this.#fault(row, notTakenIn, error);
      }
    });
    const watch = new FolderWatch(place.folder, this.#clock, () => void this.#look(row.id));
    const running: Running = { watch, tail, since: this.#clock.now(), stopSent: false };
    if (row.deadline !== null) {
      running.alarm = this.#clock.at(row.deadline, () => void this.#timeOut(row));
    }
    this.#running.set(row.id, running);
    if (row.stopping) this.#enforceStop(row.id);
    void this.#look(row.id);
  }

  async #look(id: string, wrapperGone = false): Promise<void> {
    // After the runtime's end nothing is followed, and nothing can be read any more.
    const running = this.#running.get(id);
    const row = running && this.#row(id);
    if (!running || !row) return;
    const { folder } = this.#place(row);
    const start = readStart(folder);
    // Looked up before the record of the end, so that an end in between is not taken for a loss.
    const gone =
      wrapperGone || (start ? !isAlive(start) : this.#clock.now() > running.since + LONGEST_START_MS);
    const exit = readExit(folder);
    if (start && row.stopping && !running.stopSent) this.#enforceStop(id);
    await running.tail.read();
    // Another look may have come first while this one read.
    if ((!exit && !gone) || this.#running.get(id) !== running) return;
    const reason = (row.stopping as 'stopped' | 'timeout' | null) ?? (exit ? 'exited' : 'lost');
    await this.#finish(row, { reason, exitCode: exit?.code ?? null, ...(exit && { record: exit }) });
  }

  async #finish(row: Row, end: JobEnd): Promise<void> {
    const running = this.#running.get(row.id);
    this.#running.delete(row.id);
    running?.alarm?.cancel();
    running?.watch.close();
    await running?.tail.end();
    if (end.reason === 'lost' && this.#kind(row).afterCrash === 'attach' && row.attempt === 0) {
      const again = `Job ${row.id}, which was lost, could not be started again`;
      if (await this.#insist(row, again, () => this.#nextAttempt(row))) this.#launch(row.id);
      return;
    }
    const start = readStart(this.#place(row).folder);
    this.#progress.emit({
      type: 'job.ended',
      kind: row.kind,
      id: row.id,
      exitCode: end.exitCode,
      seconds: start && end.record ? end.record.ended - start.started : 0,
    });
    const done = () => this.#database.run('DELETE FROM job WHERE id = ?', row.id);
    const notTakenIn = `The end of job ${row.id} was not taken in`;
    try {
      await this.#insist(row, notTakenIn, () =>
        this.#kind(row).ended(decode(row.body) as never, end, this.#place(row), done),
      );
    } catch (error) {
      this.#fault(row, notTakenIn, error);
    }
  }

  async #timeOut(row: Row): Promise<void> {
    const stopping = "UPDATE job SET stopping = 'timeout' WHERE id = ? AND stopping IS NULL";
    await this.#insist(row, `Job ${row.id} could not be stopped at its time limit`, () =>
      this.#database.transaction(() => this.#database.run(stopping, row.id)),
    );
    this.#enforceStop(row.id);
  }

  /** Asks the process group to end, and ends it when it does not; before it began, the next look does. */
  #enforceStop(id: string): void {
    const row = this.#row(id);
    const running = this.#running.get(id);
    if (!row || !running || !readStart(this.#place(row).folder)) return;
    running.stopSent = true;
    this.#signal(row, 'SIGTERM');
    running.alarm?.cancel();
    const grace = this.#kind(row).grace ?? GRACE_MS;
    running.alarm = this.#clock.at(this.#clock.now() + grace, () => this.#signal(row, 'SIGKILL'));
  }

  #signal(row: Row, signal: 'SIGTERM' | 'SIGKILL'): void {
    const start = readStart(this.#place(row).folder);
    if (!start || !isAlive(start)) return;
    try {
      process.kill(-start.group, signal);
    } catch {
      // The group ended between the look and the signal.
    }
  }

  /** Does what must not be given up because the store fails for a while. */
  #insist(row: Row, failure: string, work: () => Promise<unknown>): Promise<boolean> {
    return this.#recovery.insist(work, (error) => this.#fault(row, failure, error));
  }

  #fault({ kind }: Row, message: string, error: unknown): void {
    this.#progress.emit({ type: 'fault', service: kind, message: `${message}: ${String(error)}`, error });
  }

  #row(id: string): Row | undefined {
    return this.#database.get<Row>('SELECT * FROM job WHERE id = ?', id);
  }

  #kind(row: Row): JobKind<never> {
    const kind = this.#kinds.get(row.kind);
    if (!kind) throw new Error(`Nobody defined job kind ${row.kind}`);
    return kind;
  }

  #place(row: Row): JobPlace {
    return { id: row.id, attempt: row.attempt, folder: this.folderOf(row.kind, row.id, row.attempt) };
  }
}
