import { cpus } from 'node:os';
import { type Load, load, type Measured, send } from './load.ts';
import { bareNode, moto, type Server, slipway } from './servers.ts';

/**
 * Put and get of 10 KB and 10 MB objects over 1 and 16 connections: this runtime beside moto_server and
 * a bare node:http server that writes and syncs the same files. Each figure is the median of three runs
 * that take turns, so that a busy machine is unfair to nobody.
 *
 * Run with `node -C source benchmarks/s3/run.ts`.
 */
const ROUNDS = 3;
const KILOBYTE = 1000;
const CASES = [
  { size: '10 KB', body: Buffer.alloc(10 * KILOBYTE, 'x'), count: 2000 },
  { size: '10 MB', body: Buffer.alloc(10_000 * KILOBYTE, 'x'), count: 60 },
];

async function measure(server: Server, settings: Omit<Load, 'endpoint'>): Promise<Measured> {
  const { endpoint } = server;
  await load({ ...settings, endpoint, count: Math.min(settings.count, 256) });
  return await load({ ...settings, endpoint });
}

function median(values: readonly Measured[]): Measured {
  return values.toSorted((a, b) => a.perSecond - b.perSecond)[Math.floor(values.length / 2)]!;
}

await using ours = await slipway();
await using bare = await bareNode();
await using other = await moto();
const servers = [ours, bare, other];
for (const { endpoint } of [ours, other]) await send(new URL('/benchmark', endpoint), 'PUT', Buffer.alloc(0));

console.log(`${cpus().length} cores, Node ${process.version}; requests per second (p50 and p99 in ms)`);
for (const { size, body, count } of CASES) {
  for (const connections of [1, 16]) {
    for (const method of ['PUT', 'GET'] as const) {
      const all = new Map<Server, Measured[]>(servers.map((server) => [server, []]));
      for (let round = 0; round < ROUNDS; round++) {
        for (const [server, measured] of all) {
          measured.push(await measure(server, { method, connections, count, body }));
        }
      }
      const cells = [...all].map(([{ name }, measured]) => {
        const { perSecond, p50, p99 } = median(measured);
        return `${name} ${perSecond.toFixed(0).padStart(5)}/s (${p50.toFixed(1)}, ${p99.toFixed(1)})`.padEnd(
          36,
        );
      });
      console.log(`${method} ${size} x${String(connections).padEnd(2)}  ${cells.join(' ')}`);
    }
  }
}
