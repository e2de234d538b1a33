import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OutputChunk } from '../../../compute/output-tail.ts';

/** What a step says while it runs, one JSON object a line (images/forecast/README.md). */
export type StepEvent =
  | {
      readonly event: 'progress';
      readonly phase?: string;
      readonly candidate?: string;
      readonly done: number;
      readonly total: number;
      readonly elapsedSeconds?: number;
    }
  | { readonly event: 'note'; readonly message: string }
  | { readonly event: 'done' };

/** `report.json` of any step. */
export interface StepReport {
  readonly notes: readonly string[];
}

/** The events among the lines that a step printed; libraries may print other things. */
export function stepEvents({ stream, lines }: OutputChunk): StepEvent[] {
  if (stream !== 'stdout') return [];
  return lines.flatMap((line) => {
    if (!line.startsWith('{')) return [];
    try {
      return [JSON.parse(line) as StepEvent];
    } catch {
      return [];
    }
  });
}

/** Reads one of the JSON files that a step wrote. */
export function readOutput<T>(folder: string, name: string): T {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
}
