import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { Clients } from './clients.ts';
import type { Death } from './death.ts';
import type { Laboratory } from './laboratory.ts';
import { RuntimeLife } from './runtime-life.ts';
import { smallConfig } from './small-data.ts';

const CONFIG_KEY = 'forecast-config.json';
const ZIP_KEY = 'raw/data.zip';
const LOOK_MS = 50;
const RECENT_EVENTS = 100;

/** A run of pipeline A whose runtime dies now and then; what was under way goes on in the next life. */
export class MortalRun {
  readonly #laboratory: Laboratory;
  readonly stateFolder: string;
  /** Deaths still to come, one a life. */
  readonly #deaths: Death[];
  #life: RuntimeLife | undefined;
  #death: Death | undefined;
  /** How many runtimes died. */
  kills = 0;
  /** What runtimes told of faults of their own. */
  readonly faults: string[] = [];

  constructor(laboratory: Laboratory, stateFolder: string, deaths: readonly Death[]) {
    this.#laboratory = laboratory;
    this.stateFolder = stateFolder;
    this.#deaths = [...deaths];
  }

  /** Uploads as a careful client does, and waits until the execution that this starts has ended. */
  async toTheEnd(): Promise<void> {
    const { bucket: Bucket } = this.#laboratory.pipeline;
    const Body = JSON.stringify(smallConfig);
    await this.attempt(({ s3 }) => s3.putObject({ Bucket, Key: CONFIG_KEY, Body }));
    await this.attempt((clients) => this.#upload(clients));
    while (!(await this.attempt((clients) => this.#hasEnded(clients)))) await setTimeout(LOOK_MS);
  }

  /** Does something with the runtime; where that dies meanwhile, once more with the next one. */
  async attempt<T>(work: (clients: Clients) => Promise<T>): Promise<T> {
    for (;;) {
      const life = await this.#living();
      try {
        return await work(new Clients(life.endpoint));
      } catch (error) {
        if (!isLostConnection(error)) throw error;
        await life.ended;
      }
    }
  }

  async commits(): Promise<number> {
    return await (await this.#living()).commits();
  }

  async close(): Promise<void> {
    await this.#life?.kill();
    this.faults.push(...(this.#life?.faults ?? []));
  }

  async #living(): Promise<RuntimeLife> {
    if (this.#life?.isOver) {
      this.faults.push(...this.#life.faults);
      this.#life = undefined;
      this.kills += 1;
    }
    while (!this.#life) {
      this.#death = this.#deaths.shift();
      this.#life = await RuntimeLife.begin(this.stateFolder, this.#death);
      if (!this.#life) this.kills += 1;
    }
    return this.#life;
  }

  /** A zip that is there although nobody was told so is whole, and has started its run. */
  async #upload({ s3, endpoint, etagOf }: Clients): Promise<void> {
    const { pipeline, zip } = this.#laboratory;
    const there = await etagOf(pipeline.bucket, ZIP_KEY);
    if (there !== undefined) {
      const md5 = createHash('md5').update(zip).digest('hex');
      if (there !== `"${md5}"`)
        throw new Error(`An upload that was cut off left an object with the ETag ${there}`);
      return;
    }
    if (this.#death?.at === 'half an upload') await this.#killInUpload(endpoint);
    if (this.#death?.at === 'upload') await this.#life?.dieAround(this.#death.moment);
    await s3.putObject({ Bucket: pipeline.bucket, Key: ZIP_KEY, Body: zip });
  }

  async #killInUpload(endpoint: string): Promise<void> {
    const { pipeline, zip } = this.#laboratory;
    const sending = request(`${endpoint}/${pipeline.bucket}/${ZIP_KEY}`, {
      method: 'PUT',
      headers: { 'content-length': zip.length },
    });
    const failure = new Promise<Error>((resolve) => sending.on('error', resolve));
    await new Promise<void>((resolve) => sending.write(zip.subarray(0, zip.length / 2), () => resolve()));
    await this.#life?.kill();
    throw await failure;
  }

  async #hasEnded({ sfn }: Clients): Promise<boolean> {
    const { stateMachineArn } = this.#laboratory.pipeline;
    const { executions = [] } = await sfn.listExecutions({ stateMachineArn });
    const [execution] = executions;
    if (await this.#isTimeToDie(sfn, execution?.executionArn)) await this.#life?.kill();
    return execution !== undefined && execution.status !== 'RUNNING';
  }

  async #isTimeToDie(sfn: Clients['sfn'], executionArn: string | undefined): Promise<boolean> {
    const death = this.#death;
    if (death?.at === 'user code') return (this.#laboratory.starts(this.stateFolder)[death.name] ?? 0) > 0;
    if (death?.at !== 'state' || executionArn === undefined) return false;
    const { events = [] } = await sfn.getExecutionHistory({
      executionArn,
      reverseOrder: true,
      maxResults: RECENT_EVENTS,
      includeExecutionData: false,
    });
    return events.some(({ stateEnteredEventDetails: entered }) => entered?.name === death.name);
  }
}

function isLostConnection(error: unknown): boolean {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return /^(ECONNRESET|ECONNREFUSED|EPIPE)$/.test(code) || message.includes('socket hang up');
}
