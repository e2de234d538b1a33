import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * Seconds that a user waits: for the runtime to answer, for deployments of pipeline A through both doors
 * (the CDK's synthesis done before), for one that changes nothing, and from the command to the first state
 * of a run whose stack is deployed. Medians of five.
 *
 * Run with `node -C source benchmarks/start.ts`.
 */
const ROUNDS = 5;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SLIPWAY = join(ROOT, 'packages/cli/bin/slipway.cjs');
const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
const EXAMPLE = join(ROOT, 'examples/forecast');
const STACK = 'ForecastMlopsPipelineStack';

/** As npx sets it, so that the CDK app finds the packaged Node. */
const PATH = `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`;

const figures = new Map<string, number[]>();

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  figures.set(what, [...(figures.get(what) ?? []), (performance.now() - began) / 1000]);
  return result;
}

/** Runs a command to its end. @throws Error with what it printed when it fails */
async function run(program: string, args: readonly string[], environment: object = {}): Promise<void> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: ROOT,
    env: { ...process.env, PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      printed += data.toString('utf8');
    });
  }
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${String(code)}:\n${printed}`);
}

/** Starts a command and waits for the line that says what is awaited. */
async function untilSaid(
  args: readonly string[],
  awaited: RegExp,
): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, [SLIPWAY, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const line = await new Promise<string>((resolve, reject) => {
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (text) => {
        if (awaited.test(text)) resolve(text);
      });
    }
    child.on('close', (code) => reject(new Error(`slipway ${args.join(' ')} ended with ${String(code)}`)));
  });
  return { child, line };
}

async function end(child: ChildProcess): Promise<void> {
  const closed = new Promise((resolve) => child.on('close', resolve));
  child.kill('SIGINT');
  await closed;
}

async function withRuntime(state: string, work: (endpoint: string) => Promise<void>): Promise<void> {
  const args = ['up', '--json', '--port', '0', '--state', state];
  const { child, line } = await timed('up until it answers', async () => {
    const started = await untilSaid(args, /^\{/);
    await fetch(`${(JSON.parse(started.line) as { endpoint: string }).endpoint}/_slipway/health`);
    return started;
  });
  try {
    await work((JSON.parse(line) as { endpoint: string }).endpoint);
  } finally {
    await end(child);
  }
}

const assembly = mkdtempSync(join(tmpdir(), 'slipway-start-'));
await run(CDK, ['synth', '--quiet', '--output', assembly]);
for (let round = 0; round < ROUNDS; round++) {
  const state = mkdtempSync(join(tmpdir(), 'slipway-start-'));
  const deploy = ['deploy', assembly, '--state', state];
  await withRuntime(state, async () => {
    await timed('slipway deploy, first', () => run(SLIPWAY, deploy));
    await timed('slipway deploy, unchanged', () => run(SLIPWAY, deploy));
  });
  const other = mkdtempSync(join(tmpdir(), 'slipway-start-'));
  await withRuntime(other, async (endpoint) => {
    const aws = {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: '000000000000',
      AWS_SECRET_ACCESS_KEY: 'slipway',
      AWS_REGION: 'us-east-1',
    };
    const cdk = ['deploy', '--app', assembly, STACK, '--require-approval', 'never', '--no-notices'];
    await timed('cdk deploy, first', () => run(CDK, cdk, aws));
    await timed('cdk deploy, unchanged', () => run(CDK, cdk, aws));
  });
  const { child } = await timed('slipway run until the first state, deployed before', () =>
    untilSaid(
      [
        'run',
        'forecast',
        join(EXAMPLE, 'data.zip'),
        '--config',
        join(EXAMPLE, 'forecast-config.json'),
      ].concat(['--state', state, '--port', '0', '--out', join(state, 'results')]),
      /^Execution /,
    ),
  );
  await end(child);
  for (const folder of [state, other]) rmSync(folder, { recursive: true, force: true });
}
rmSync(assembly, { recursive: true, force: true });

console.log(`${cpus().length} cores, Node ${process.version}; seconds, median of ${ROUNDS} (least, most)`);
for (const [what, seconds] of figures) {
  const sorted = seconds.toSorted((a, b) => a - b);
  const [least, middle, most] = [0, Math.floor(sorted.length / 2), sorted.length - 1].map((at) =>
    sorted[at]!.toFixed(2),
  );
  console.log(`${what.padEnd(52)} ${middle} (${least}, ${most})`);
}
