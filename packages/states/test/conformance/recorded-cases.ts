import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Json, JsonObject } from '../../src/index.ts';

/** An execution that was recorded on AWS. The data are not part of the repository. */
export interface RecordedCase {
  readonly id: string;
  /** Tells apart executions of one test. */
  readonly i: number;
  readonly definition: string;
  readonly input: string | null;
  readonly services: readonly string[];
  readonly lambdas: readonly { readonly func_name: string; readonly behaviour: string }[];
  readonly expected: {
    readonly status: 'SUCCEEDED' | 'FAILED' | 'UNFINISHED';
    readonly output?: Json;
    readonly error?: string | null;
    readonly cause?: Json;
    readonly history?: readonly RecordedEvent[];
  };
}

export interface RecordedEvent extends JsonObject {
  /** An id, or a list of one where the recording sorted the events of parallel branches. */
  readonly id: number | number[];
  readonly previousEventId: number;
  readonly type: string;
}

const folder = process.env['SLIPWAY_TEST_DATA'] ?? resolve(import.meta.dirname, '../../../../../shared/data');
export const casesFile = resolve(folder, 'asl-cases.json.gz');

/** Undefined when the file is absent: the caller skips, and says so. */
export function loadCases(): readonly RecordedCase[] | undefined {
  if (!existsSync(casesFile)) return undefined;
  return JSON.parse(gunzipSync(readFileSync(casesFile)).toString('utf8')) as RecordedCase[];
}
