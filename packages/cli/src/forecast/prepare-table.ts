import { spawn } from 'node:child_process';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { INPUT_FOLDER } from '@slipway/pipelines/input';
import { IMAGES_FOLDER } from '@slipway/runtime/outside';
import { EXIT, UserError } from '../exit-codes.ts';

/** What the user says of a table and its forecast; what is absent is guessed. */
export interface TableOptions {
  readonly time?: string;
  readonly target?: string;
  readonly item?: readonly string[];
  readonly frequency?: string;
  readonly horizon?: number;
  readonly quantiles?: readonly string[];
  readonly missing?: 'zero' | 'nan';
  readonly aggregation?: 'sum' | 'avg' | 'first' | 'min' | 'max';
  readonly holidays?: string;
}

/** A series with its last values, oldest first. */
export interface ShownSeries {
  /** Item and dimensions. */
  readonly keys: readonly string[];
  readonly history: readonly number[];
}

/** A table as the forecast pipeline takes it. */
export interface PreparedTable {
  /** `data.zip` and `forecast-config.json`. */
  readonly data: string;
  readonly config: string;
  /** What was guessed, a sentence each. */
  readonly said: readonly string[];
  readonly frequency: string;
  readonly horizon: number;
  readonly seriesCount: number;
  /** Names of the columns beside `item_id` that tell series apart. */
  readonly dimensions: readonly string[];
  /** The series with the largest sums. */
  readonly largest: readonly ShownSeries[];
}

const REFUSED = 10;

// The Python package slipway_table.
const PROGRAM = fileURLToPath(new URL('./python', import.meta.url));

/**
 * Guesses columns and frequency of a CSV, Excel or Parquet file and writes the pipeline's files into `folder`.
 *
 * @param python - an interpreter with the packages of the forecast image, of which Parquet needs one
 * @throws UserError with the sentence for the user when the table cannot be used
 */
export async function prepareTable(
  python: string,
  file: string,
  folder: string,
  options: TableOptions,
): Promise<PreparedTable> {
  const { time, target, item, quantiles, frequency, horizon, missing, aggregation, holidays } = options;
  const request = {
    file: resolve(file),
    folder: resolve(folder),
    wanted: { time, target, items: item },
    options: { frequency, horizon, missing, aggregation, holidays, types: quantiles },
  };
  const path = [PROGRAM, INPUT_FOLDER, join(IMAGES_FOLDER, 'forecast', 'src')];
  const child = spawn(python, ['-m', 'slipway_table'], {
    env: { ...process.env, PYTHONPATH: path.join(delimiter), PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(JSON.stringify(request));
  let out = '';
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  const code = await new Promise<number | null>((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  });
  if (code === REFUSED) throw new UserError(EXIT.usage, told.trim());
  if (code !== 0) throw new Error(`The reading of ${file} ended with ${code}:\n${told}`);
  const prepared = JSON.parse(out) as Omit<PreparedTable, 'data' | 'config'>;
  return { ...prepared, data: join(folder, 'data.zip'), config: join(folder, 'forecast-config.json') };
}
