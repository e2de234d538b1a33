import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

// A fixed time, so that the same text always makes the same archive.
const TIME = new Date(Date.UTC(2000, 0, 1));
const MODE = 0o100644;

/**
 * The archive that CloudFormation makes of inline code: the text as `index.js` or `index.py`, and
 * beside it the module with which a custom resource answers.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-lambda-function-code-cfnresponsemodule.html
 */
export async function inlineArchive(text: string, runtime: string): Promise<Uint8Array> {
  const python = runtime.startsWith('python');
  const responder = python ? 'cfnresponse.py' : 'cfn-response.js';
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(text), python ? 'index.py' : 'index.js', { mtime: TIME, mode: MODE });
  const source = readFileSync(new URL(`./responders/${responder}`, import.meta.url));
  zip.addBuffer(source, responder, { mtime: TIME, mode: MODE });
  zip.end();
  return await buffer(zip.outputStream);
}
