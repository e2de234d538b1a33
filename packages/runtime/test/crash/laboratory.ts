import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Death } from '../../src/testing/mortal/death.ts';
import { Lives } from '../../src/testing/mortal/lives.ts';
import { Clients } from '../sdk-clients.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { type Prepared, prepare } from './prepare.ts';

const TIME_SCALE = 600;
const LOOK_MS = 50;

/** What a run with deaths came to. */
export interface Observed {
  readonly outcome: Outcome;
  /** Starts of each piece of user code: each item, each try. */
  readonly starts: Readonly<Record<string, number>>;
  readonly kills: number;
  /** What the runtimes told of faults of their own; filled when the run is over. */
  readonly faults: readonly string[];
  /** Commits of the last life. */
  readonly commits: number;
}

/** The machines and what they need, made once; each run begins with a copy of the state folder. */
export class Laboratory {
  readonly #folder = mkdtempSync(join(tmpdir(), 'slipway-machine-crash-'));
  #prepared: Prepared | undefined;
  #runs = 0;

  async open(): Promise<void> {
    const lives = new Lives(join(this.#folder, 'prepared'), []);
    this.#prepared = await prepare(new Clients((await lives.living()).endpoint));
    await lives.close();
  }

  /**
   * Runs the machine to its end through the given deaths.
   *
   * @param events - how many events an undisturbed run makes
   */
  async run(deaths: readonly Death[], events = 1): Promise<Observed> {
    // All of one length, because lengths show in what services answer.
    const run = join(this.#folder, String(this.#runs++).padStart(4, '0'));
    const marks = `${run}.marks`;
    cpSync(join(this.#folder, 'prepared'), run, { recursive: true });
    writeFileSync(marks, '');
    const lives = new Lives(run, deaths, { timeScale: TIME_SCALE });
    try {
      await this.#toTheEnd(lives, marks);
      const commits = await (await lives.living()).commits();
      const outcome = await lives.attempt(({ endpoint }) =>
        outcomeOf(new Clients(endpoint), this.#ready(), marks, events),
      );
      const { kills, faults } = lives;
      return { outcome, starts: startsIn(marks), kills, faults, commits };
    } finally {
      await lives.close();
      rmSync(run, { recursive: true, force: true });
    }
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #ready(): Prepared {
    if (!this.#prepared) throw new Error('The laboratory is not open');
    return this.#prepared;
  }

  /** Starts the execution as a careful client does, and waits until it has ended. */
  async #toTheEnd(lives: Lives, marks: string): Promise<void> {
    const { stateMachineArn } = this.#ready();
    const input = JSON.stringify({ marks });
    const executionArn = await lives.attempt(async ({ endpoint }) => {
      const { sfn } = new Clients(endpoint);
      return (await sfn.startExecution({ stateMachineArn, name: 'run', input })).executionArn;
    });
    const hasEnded = async ({ endpoint }: { endpoint: string }) =>
      (await new Clients(endpoint).sfn.describeExecution({ executionArn })).status !== 'RUNNING';
    while (!(await lives.attempt(hasEnded))) await setTimeout(LOOK_MS);
  }
}

function startsIn(marks: string): Record<string, number> {
  const starts: Record<string, number> = {};
  for (const name of readFileSync(marks, 'utf8').trimEnd().split('\n'))
    starts[name] = (starts[name] ?? 0) + 1;
  return starts;
}
