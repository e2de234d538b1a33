import type { RuntimeConfig } from '../../config.ts';
import type { Death } from './death.ts';
import { RuntimeLife } from './runtime-life.ts';

/** A death that whoever uses the runtime sees to; the runtime knows nothing of it. */
interface DeathByOthers {
  readonly at: string;
}

/** Lives of runtimes on one state folder, one after another, each with its death; the last one has none. */
export class Lives<D extends Death | DeathByOthers = Death> {
  readonly stateFolder: string;
  readonly #config: Partial<RuntimeConfig>;
  readonly #deaths: D[];
  #life: RuntimeLife | undefined;
  #death: D | undefined;
  /** How many runtimes died. */
  kills = 0;
  /** What runtimes told of faults of their own. */
  readonly faults: string[] = [];

  constructor(stateFolder: string, deaths: readonly D[], config: Partial<RuntimeConfig> = {}) {
    this.stateFolder = stateFolder;
    this.#deaths = [...deaths];
    this.#config = config;
  }

  /** The death of the present life, where it has one. */
  get death(): D | undefined {
    return this.#death;
  }

  /** The present life; the next one where that is over. */
  async living(): Promise<RuntimeLife> {
    if (this.#life?.isOver) {
      this.faults.push(...this.#life.faults);
      this.#life = undefined;
      this.kills += 1;
    }
    while (!this.#life) {
      this.#death = this.#deaths.shift();
      this.#life = await RuntimeLife.begin(this.stateFolder, {
        config: this.#config,
        death: isOwn(this.#death) ? this.#death : undefined,
      });
      if (!this.#life) this.kills += 1;
    }
    return this.#life;
  }

  /** Does something with the runtime; where that dies meanwhile, once more with the next one. */
  async attempt<T>(work: (life: RuntimeLife) => Promise<T>): Promise<T> {
    for (;;) {
      const life = await this.living();
      try {
        return await work(life);
      } catch (error) {
        if (!isLostConnection(error)) throw error;
        await life.ended;
      }
    }
  }

  async close(): Promise<void> {
    await this.#life?.kill();
    this.faults.push(...(this.#life?.faults ?? []));
  }
}

function isOwn(death: Death | DeathByOthers | undefined): death is Death {
  return death?.at === 'commit' || death?.at === 'progress';
}

function isLostConnection(error: unknown): boolean {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return /^(ECONNRESET|ECONNREFUSED|EPIPE)$/.test(code) || message.includes('socket hang up');
}
