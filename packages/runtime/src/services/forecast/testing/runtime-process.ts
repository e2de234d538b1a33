import { DEFAULT_REGION } from '../../../config.ts';
import type { Death } from '../../../testing/mortal/death.ts';
import { RuntimeLife } from '../../../testing/mortal/runtime-life.ts';
import { ForecastTests } from './forecast-tests.ts';

/** A runtime in a process of its own, to be killed. */
export class RuntimeProcess {
  readonly #life: RuntimeLife;
  readonly tests: ForecastTests;

  private constructor(life: RuntimeLife) {
    const { endpoint } = life;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    this.#life = life;
    this.tests = new ForecastTests({ clientConfig: { endpoint, region: DEFAULT_REGION, credentials } });
  }

  /** @returns undefined when it died before it was up */
  static async start(
    stateFolder: string,
    imagesFolder: string,
    death?: Death,
  ): Promise<RuntimeProcess | undefined> {
    const life = await RuntimeLife.begin(stateFolder, { config: { imagesFolder }, death });
    return life && new RuntimeProcess(life);
  }

  /** Resolves when the process is no more. */
  get ended(): Promise<void> {
    return this.#life.ended;
  }

  async kill(): Promise<void> {
    await this.#life.kill();
  }
}
