import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_ACCOUNT, DEFAULT_REGION, deployAssembly, overTheWire } from '@slipway/runtime';
import { RuntimeLife } from '../../../runtime/src/testing/mortal/runtime-life.ts';
import { settingsFrom } from '../../src/settings.ts';
import { resolveTarget } from '../../src/targets.ts';
import { Clients } from './clients.ts';
import type { Death } from './death.ts';
import { markedAssembly } from './marked-assembly.ts';
import { MortalRun } from './mortal-run.ts';
import { type Outcome, outcomeOf, stepsOf } from './outcome.ts';
import { smallZip } from './small-data.ts';
import { placeWitness } from './witness.ts';

export interface DeployedPipeline {
  readonly bucket: string;
  readonly stateMachineArn: string;
}

/** What a run with deaths came to. */
export interface Observed {
  readonly outcome: Outcome;
  /** Starts of each piece of user code. */
  readonly starts: Readonly<Record<string, number>>;
  /** Processes of the forecast image, by the kind of their work. */
  readonly steps: Readonly<Record<string, number>>;
  readonly kills: number;
  /** What the runtimes told of faults of their own; filled when the run is over. */
  readonly faults: readonly string[];
  /** Commits of the last life. */
  readonly commits: number;
}

/** Pipeline A, deployed once; each run begins with a copy of the state folder. */
export class Laboratory {
  readonly #folder: string;
  readonly pipeline: DeployedPipeline;
  readonly zip: Uint8Array;
  #runs = 0;

  private constructor(folder: string, pipeline: DeployedPipeline, zip: Uint8Array) {
    this.#folder = folder;
    this.pipeline = pipeline;
    this.zip = zip;
  }

  static async open(): Promise<Laboratory> {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-crash-'));
    const stateFolder = join(folder, 'deployed');
    const marks = join(folder, 'marks');
    writeFileSync(marks, '');
    const { assembly, stacks } = await resolveTarget('forecast', settingsFrom({ state: stateFolder }), {});
    markedAssembly(assembly, join(folder, 'assembly'), marks);
    const life = await RuntimeLife.begin(stateFolder);
    if (!life) throw new Error('A runtime without a death died');
    const wire = overTheWire(life.endpoint, { account: DEFAULT_ACCOUNT, region: DEFAULT_REGION });
    const [stack] = await deployAssembly(join(folder, 'assembly'), { ...wire, stacks });
    await placeWitness(new Clients(life.endpoint));
    await life.kill();
    const { BucketName = '', StateMachineArn = '' } = stack?.outputs ?? {};
    const pipeline = { bucket: BucketName, stateMachineArn: StateMachineArn };
    return new Laboratory(folder, pipeline, await smallZip());
  }

  /**
   * Runs the pipeline to its end through the given deaths.
   *
   * @param events - how many events an undisturbed run makes
   */
  async run(deaths: readonly Death[], events = 1): Promise<Observed> {
    const stateFolder = join(this.#folder, `run-${this.#runs++}`);
    cpSync(join(this.#folder, 'deployed'), stateFolder, { recursive: true });
    const run = new MortalRun(this, stateFolder, deaths);
    try {
      await run.toTheEnd();
      const commits = await run.commits();
      const outcome = await run.attempt((clients) => outcomeOf(clients, this.pipeline, events));
      const { kills, faults } = run;
      return {
        outcome,
        starts: this.starts(stateFolder),
        steps: stepsOf(stateFolder),
        kills,
        faults,
        commits,
      };
    } finally {
      await run.close();
      rmSync(stateFolder, { recursive: true, force: true });
    }
  }

  /** How often each piece of user code began in a run. */
  starts(stateFolder: string): Record<string, number> {
    const starts: Record<string, number> = {};
    for (const line of readFileSync(join(this.#folder, 'marks'), 'utf8').split('\n')) {
      const [name = '', path = ''] = line.split(' ');
      if (path.startsWith(`${stateFolder}/`)) starts[name] = (starts[name] ?? 0) + 1;
    }
    return starts;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
