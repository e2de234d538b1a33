import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The user's code in pipeline A, by what tells each file from the others. */
const SCRIPTS = {
  preprocess: 'Unpacks an uploaded zip',
  postprocess: 'Merges the exported forecast',
  report: 'Writes report/<uid>.html',
};
const HANDLERS = { 'upload-trigger': 'STEP_FUNCTIONS_ARN', 'validate-config': 'configProblem' };

/**
 * Copies a cloud assembly and adds to each piece of user code in it a line that writes down that it
 * began. Nothing else could tell a start that the runtime did not live to record.
 *
 * @param marks - the file for the lines: name and file of what was started
 */
export function markedAssembly(assembly: string, folder: string, marks: string): void {
  cpSync(assembly, folder, { recursive: true });
  const assets = readdirSync(folder).filter((name) => name.startsWith('asset.'));
  for (const asset of assets) {
    const path = join(folder, asset);
    if (asset.endsWith('.py')) markScript(path, marks);
    else if (existsSync(join(path, 'index.mjs'))) markHandler(path, marks);
  }
}

function markScript(path: string, marks: string): void {
  const source = readFileSync(path, 'utf8');
  const name = nameOf(source, SCRIPTS);
  const mark = `open(${JSON.stringify(marks)}, "a").write("${name} " + __file__ + "\\n")\n`;
  // Nothing but the docstring may stand before an import from __future__.
  const begin = /^from __future__ .*\n/m.exec(source);
  const at = begin ? begin.index + begin[0].length : 0;
  writeFileSync(path, source.slice(0, at) + mark + source.slice(at));
}

function markHandler(folder: string, marks: string): void {
  const source = readFileSync(join(folder, 'index.mjs'), 'utf8');
  const name = nameOf(source, HANDLERS);
  renameSync(join(folder, 'index.mjs'), join(folder, 'original.mjs'));
  writeFileSync(
    join(folder, 'index.mjs'),
    `import { appendFileSync } from 'node:fs';
import { handler as original } from './original.mjs';
export async function handler(event) {
  appendFileSync(${JSON.stringify(marks)}, '${name} ' + import.meta.filename + '\\n');
  return await original(event);
}
`,
  );
}

function nameOf(source: string, signs: Readonly<Record<string, string>>): string {
  const found = Object.entries(signs).find(([, sign]) => source.includes(sign));
  if (!found) throw new Error('The assembly has code that this test does not know');
  return found[0];
}
