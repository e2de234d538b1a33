import { readFileSync } from 'node:fs';
import { runPython } from '../../../testing/python-clients.ts';
import type { TestRuntime } from '../../../testing/test-runtime.ts';

/** What `notebook.py` is to do. */
export interface NotebookSettings {
  readonly bucket: string;
  readonly role: string;
  /** CSV of the target time series: timestamp, item, value. */
  readonly rows: string;
  /** Names → what is given besides the data: an AlgorithmArn for CreatePredictor, else CreateAutoPredictor. */
  readonly predictors: Readonly<Record<string, object>>;
  /** The predictor to forecast with. */
  readonly forecast: string;
}

/** Runs the notebook against a runtime. @returns everything that the service answered */
export async function runNotebook<T>(runtime: TestRuntime, settings: NotebookSettings): Promise<T> {
  const program = readFileSync(new URL('./notebook.py', import.meta.url), 'utf8');
  // JSON text within JSON text is a string literal of Python too.
  const given = JSON.stringify(JSON.stringify(settings));
  const { code, stdout, stderr } = await runPython(
    runtime,
    program.replace('"{}"', () => given),
  );
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}
