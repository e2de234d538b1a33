import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

/**
 * One object of 5 GB up and down again: seconds, megabytes per second and the runtime's highest memory.
 * A body without end would do; the bytes that come back are compared.
 *
 * Run with `node -C source benchmarks/s3/large.ts [gigabytes]` (Linux: memory is read from /proc).
 */
const GIGABYTES = Number(process.argv[2] ?? 5);
const BLOCK = Buffer.alloc(1_000_000, 'a block of the large object ');
const BLOCKS = GIGABYTES * 1000;
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';

const folder = mkdtempSync(join(tmpdir(), 'slipway-benchmark-'));
const command = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const child = spawn(
  process.execPath,
  ['-C', 'source', command, 'up', '--json', '--port', '0', '--state', folder],
  { stdio: ['ignore', 'pipe', 'ignore'] },
);
try {
  const endpoint = await endpointOf(child);
  await send(endpoint, 'PUT', '/large', Readable.from([]), 0);
  const blocks = function* () {
    for (let index = 0; index < BLOCKS; index++) yield BLOCK;
  };
  await timed('put', () => send(endpoint, 'PUT', '/large/object', Readable.from(blocks()), GIGABYTES * 1e9));
  await timed('get', () => send(endpoint, 'GET', '/large/object', Readable.from([]), 0));
} finally {
  child.kill('SIGTERM');
  await new Promise((resolve) => child.on('close', resolve));
  rmSync(folder, { recursive: true, force: true });
}

async function endpointOf({ stdout }: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: stdout! })) {
    return (JSON.parse(line) as { endpoint: string }).endpoint;
  }
  throw new Error('The runtime ended before it listened');
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  const [, peak] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))!;
  console.log(
    `${what} ${GIGABYTES} GB: ${seconds.toFixed(1)} s, ${((GIGABYTES * 1000) / seconds).toFixed(0)} MB/s, ` +
      `highest memory so far ${(Number(peak) / 1024).toFixed(0)} MiB`,
  );
}

/** @throws Error unless the answer is 200, and for an object the bytes that were put */
async function send(
  endpoint: string,
  method: 'PUT' | 'GET',
  path: string,
  body: Readable,
  length: number,
): Promise<void> {
  const headers = {
    authorization: AUTHORIZATION,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-amz-date': '20260101T000000Z',
    ...(method === 'PUT' && { 'content-length': length }),
  };
  const agent = new Agent();
  const sending = request(new URL(path, endpoint), { method, headers, agent });
  const answered = new Promise<void>((resolve, reject) => {
    sending.on('error', reject);
    sending.on('response', (response) => {
      let at = 0;
      let same = response.statusCode === 200;
      response.on('data', (piece: Buffer) => {
        for (let done = 0; done < piece.length; ) {
          const from = at % BLOCK.length;
          const count = Math.min(piece.length - done, BLOCK.length - from);
          same &&= piece.compare(BLOCK, from, from + count, done, done + count) === 0;
          done += count;
          at += count;
        }
      });
      response.on('error', reject);
      response.on('end', () => {
        if (same && (method === 'PUT' || at === GIGABYTES * 1e9)) resolve();
        else reject(new Error(`${method} ${path}: status ${response.statusCode}, ${at} bytes`));
      });
    });
  });
  await Promise.all([pipeline(body, sending), answered]);
  agent.destroy();
}
