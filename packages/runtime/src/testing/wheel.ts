import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

// So that the same wheel has the same bytes whenever it is made.
const MADE = { mtime: new Date(2000, 0, 1) };

/** A Python wheel of one module, `<name>.py`. */
export async function wheelOf(name: string, version: string, source: string): Promise<Buffer> {
  const info = `${name}-${version}.dist-info`;
  const files = {
    [`${name}.py`]: source,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  };
  const wheel = new ZipFile();
  for (const [path, text] of Object.entries(files)) wheel.addBuffer(Buffer.from(text), path, MADE);
  const record = [...Object.keys(files), `${info}/RECORD`].map((path) => `${path},,\n`).join('');
  wheel.addBuffer(Buffer.from(record), `${info}/RECORD`, MADE);
  wheel.end();
  return await buffer(wheel.outputStream);
}
