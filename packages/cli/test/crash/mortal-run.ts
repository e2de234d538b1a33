import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { Lives } from '../../../runtime/src/testing/mortal/lives.ts';
import type { RuntimeLife } from '../../../runtime/src/testing/mortal/runtime-life.ts';
import { Clients } from './clients.ts';
import type { Death } from './death.ts';
import type { Laboratory } from './laboratory.ts';
import { smallConfig } from './small-data.ts';

const CONFIG_KEY = 'forecast-config.json';
const ZIP_KEY = 'raw/data.zip';
const TIME_SCALE = 60;
const LOOK_MS = 50;
const RECENT_EVENTS = 100;

/** A run of pipeline A whose runtime dies now and then; what was under way goes on in the next life. */
export class MortalRun {
  readonly #laboratory: Laboratory;
  readonly #lives: Lives<Death>;

  constructor(laboratory: Laboratory, stateFolder: string, deaths: readonly Death[]) {
    this.#laboratory = laboratory;
    this.#lives = new Lives(stateFolder, deaths, { timeScale: TIME_SCALE });
  }

  /** How many runtimes died. */
  get kills(): number {
    return this.#lives.kills;
  }

  /** What runtimes told of faults of their own. */
  get faults(): readonly string[] {
    return this.#lives.faults;
  }

  /** Uploads as a careful client does, and waits until the execution that this starts has ended. */
  async toTheEnd(): Promise<void> {
    const { bucket: Bucket } = this.#laboratory.pipeline;
    const Body = JSON.stringify(smallConfig);
    await this.attempt(({ s3 }) => s3.putObject({ Bucket, Key: CONFIG_KEY, Body }));
    await this.#lives.attempt((life) => this.#upload(life));
    while (!(await this.#lives.attempt((life) => this.#hasEnded(life)))) await setTimeout(LOOK_MS);
  }

  /** Does something with the runtime; where that dies meanwhile, once more with the next one. */
  async attempt<T>(work: (clients: Clients) => Promise<T>): Promise<T> {
    return await this.#lives.attempt((life) => work(new Clients(life.endpoint)));
  }

  async commits(): Promise<number> {
    return await (await this.#lives.living()).commits();
  }

  async close(): Promise<void> {
    await this.#lives.close();
  }

  /** A zip that is there although nobody was told so is whole, and has started its run. */
  async #upload(life: RuntimeLife): Promise<void> {
    const { s3, etagOf } = new Clients(life.endpoint);
    const { pipeline, zip } = this.#laboratory;
    const { death } = this.#lives;
    const there = await etagOf(pipeline.bucket, ZIP_KEY);
    if (there !== undefined) {
      const md5 = createHash('md5').update(zip).digest('hex');
      if (there !== `"${md5}"`)
        throw new Error(`An upload that was cut off left an object with the ETag ${there}`);
      return;
    }
    if (death?.at === 'half an upload') await this.#killInUpload(life);
    if (death?.at === 'upload') await life.dieAround(death.moment);
    await s3.putObject({ Bucket: pipeline.bucket, Key: ZIP_KEY, Body: zip });
  }

  async #killInUpload(life: RuntimeLife): Promise<void> {
    const { pipeline, zip } = this.#laboratory;
    const sending = request(`${life.endpoint}/${pipeline.bucket}/${ZIP_KEY}`, {
      method: 'PUT',
      headers: { 'content-length': zip.length },
    });
    const failure = new Promise<Error>((resolve) => sending.on('error', resolve));
    await new Promise<void>((resolve) => sending.write(zip.subarray(0, zip.length / 2), () => resolve()));
    await life.kill();
    throw await failure;
  }

  async #hasEnded(life: RuntimeLife): Promise<boolean> {
    const { sfn } = new Clients(life.endpoint);
    const { stateMachineArn } = this.#laboratory.pipeline;
    const { executions = [] } = await sfn.listExecutions({ stateMachineArn });
    const [execution] = executions;
    if (await this.#isTimeToDie(sfn, execution?.executionArn)) await life.kill();
    return execution !== undefined && execution.status !== 'RUNNING';
  }

  async #isTimeToDie(sfn: Clients['sfn'], executionArn: string | undefined): Promise<boolean> {
    const { death, stateFolder } = this.#lives;
    if (death?.at === 'user code') return (this.#laboratory.starts(stateFolder)[death.name] ?? 0) > 0;
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
