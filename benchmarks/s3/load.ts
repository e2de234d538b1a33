import { Agent, request } from 'node:http';

/** Requests per second, and latencies in milliseconds. */
export interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

export interface Load {
  readonly endpoint: string;
  readonly method: 'PUT' | 'GET';
  readonly connections: number;
  /** How many requests, over all connections. */
  readonly count: number;
  /** What is put; a get expects as many bytes. */
  readonly body: Buffer;
}

// Any signature will do on this side of the wire; the scope says which service is meant.
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';

/** Sends requests over connections that are kept open, each connection one after the other. */
export async function load({ endpoint, method, connections, count, body }: Load): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  let next = 0;
  const connection = async () => {
    while (next < count) {
      const path = `/benchmark/object-${next++ % 256}`;
      const began = performance.now();
      await send(new URL(path, endpoint), method, body, agent);
      latencies.push(performance.now() - began);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, connection));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))] ?? Number.NaN;
  return { perSecond: count / seconds, p50: at(0.5), p99: at(0.99) };
}

/** @throws Error unless the answer is 200, and for a get as long as `body` */
export async function send(url: URL, method: 'PUT' | 'GET', body: Buffer, agent?: Agent): Promise<void> {
  const headers = {
    authorization: AUTHORIZATION,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-amz-date': '20260101T000000Z',
    ...(method === 'PUT' && { 'content-length': body.length }),
  };
  await new Promise<void>((resolve, reject) => {
    const sent = request(url, { method, headers, ...(agent && { agent }) }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () => {
        const good = response.statusCode === 200 && (method === 'PUT' || bytes === body.length);
        if (good) resolve();
        else reject(new Error(`${method} ${url.href}: ${response.statusCode}, ${bytes} bytes`));
      });
    });
    sent.on('error', reject);
    sent.end(method === 'PUT' ? body : undefined);
  });
}
