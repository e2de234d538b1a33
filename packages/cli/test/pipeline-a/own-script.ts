import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FOLDER = new URL('../../../pipelines/src/forecast/glue/', import.meta.url);
/** How `transform` of each script ends as it is delivered. */
const UNTOUCHED = { preprocess: '\n    return path\n', postprocess: '\n    return forecast\n' };

/** A copy of a script in which `transform` does something of one's own. @returns its path */
export function ownScript(name: 'preprocess' | 'postprocess', transform: string): string {
  const text = readFileSync(new URL(`${name}.py`, FOLDER), 'utf8');
  const at = text.indexOf(UNTOUCHED[name], text.indexOf('def transform'));
  if (at < 0) throw new Error(`transform of ${name}.py no longer ends as this test expects`);
  const path = join(mkdtempSync(join(tmpdir(), 'slipway-script-')), `${name}.py`);
  writeFileSync(path, text.slice(0, at + 1) + transform + text.slice(at + UNTOUCHED[name].length));
  return path;
}
