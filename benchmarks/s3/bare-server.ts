// What any server on Node must do at least: a body into a file, synced and renamed; a file as a body.
import { createReadStream } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const folder = process.argv[2] ?? '';
let serial = 0;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = join(folder, basename(request.url ?? ''));
  if (request.method === 'PUT') {
    const draft = `${path}.${serial++}`;
    const file = await open(draft, 'w');
    for await (const chunk of request) await file.write(chunk as Buffer);
    await file.sync();
    await file.close();
    await rename(draft, path);
    response.end();
    return;
  }
  response.setHeader('content-length', (await stat(path)).size);
  await pipeline(createReadStream(path), response);
}

// A client that has all it wants may be gone before the server knows.
const server = createServer((request, response) => {
  answer(request, response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
