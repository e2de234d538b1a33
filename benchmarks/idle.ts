import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Lambda } from '@aws-sdk/client-lambda';
import { SFN } from '@aws-sdk/client-sfn';
import { SQS } from '@aws-sdk/client-sqs';
import { archiveOf } from '../packages/runtime/src/services/lambda/testing.ts';

/**
 * What a runtime costs that has nothing to do: the share of a core that its process and its children use
 * in a minute, by /proc (so on Linux only), after its start, with pipeline A deployed, with a state
 * machine that waits for an hour, and with a function that waits for messages of a queue. The goal is
 * less than 0.5 %.
 *
 * Run with `node -C source benchmarks/idle.ts [seconds of each measurement]`.
 */
const SECONDS = Number(process.argv[2] ?? 60);
const SETTLING_MS = 5000;
/** Of the times in /proc/<pid>/stat; fixed for all of Linux's programs. */
const TICKS_PER_SECOND = 100;
const ROLE = 'arn:aws:iam::000000000000:role/idle';
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SLIPWAY = join(ROOT, 'packages/cli/bin/slipway.cjs');

/** Processor time so far of a process and all its descendants that live, in ticks. */
function ticks(pid: number): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const fields = new Map(processes.flatMap((name) => statOf(name)));
  const sum = (id: number): number => {
    const own = fields.get(id);
    const children = [...fields].filter(([, { parent }]) => parent === id);
    return (own?.ticks ?? 0) + children.reduce((total, [child]) => total + sum(child), 0);
  };
  return sum(pid);
}

function statOf(name: string): [number, { parent: number; ticks: number }][] {
  try {
    const text = readFileSync(`/proc/${name}/stat`, 'utf8');
    const rest = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [[Number(name), { parent: Number(rest[1]), ticks: Number(rest[11]) + Number(rest[12]) }]];
  } catch {
    // It has just ended.
    return [];
  }
}

async function measure(what: string, pid: number): Promise<void> {
  await setTimeout(SETTLING_MS);
  const [before, began] = [ticks(pid), performance.now()];
  await setTimeout(SECONDS * 1000);
  const seconds = (performance.now() - began) / 1000;
  const share = (100 * (ticks(pid) - before)) / TICKS_PER_SECOND / seconds;
  console.log(`${what.padEnd(44)} ${share.toFixed(2)} % of a core over ${seconds.toFixed(0)} s`);
}

/** Starts `slipway up` and waits until it says where it serves. */
async function up(state: string): Promise<{ child: ChildProcess; endpoint: string; pid: number }> {
  const child = spawn(process.execPath, [SLIPWAY, 'up', '--json', '--port', '0', '--state', state], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('close', (code) => reject(new Error(`slipway up ended with ${String(code)}`)));
  });
  return { child, ...(JSON.parse(line) as { endpoint: string; pid: number }) };
}

async function deployPipeline(state: string): Promise<void> {
  const child = spawn(process.execPath, [SLIPWAY, 'deploy', 'forecast', '--state', state], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`slipway deploy ended with ${String(code)}`);
}

async function waitForAnHour(sfn: SFN): Promise<void> {
  const definition = JSON.stringify({
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', Seconds: 3600, End: true } },
  });
  const { stateMachineArn } = await sfn.createStateMachine({ name: 'idle', definition, roleArn: ROLE });
  await sfn.startExecution({ stateMachineArn });
}

async function waitForMessages(lambda: Lambda, sqs: SQS): Promise<void> {
  const ZipFile = await archiveOf({ 'index.js': 'exports.handler = async () => {};' });
  await lambda.createFunction({
    FunctionName: 'idle',
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Role: ROLE,
    Code: { ZipFile },
  });
  await sqs.createQueue({ QueueName: 'idle' });
  const EventSourceArn = 'arn:aws:sqs:us-east-1:000000000000:idle';
  await lambda.createEventSourceMapping({ EventSourceArn, FunctionName: 'idle' });
}

const state = mkdtempSync(join(tmpdir(), 'slipway-idle-'));
const { child, endpoint, pid } = await up(state);
try {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const config = { endpoint, region: 'us-east-1', credentials };
  console.log(`${cpus().length} cores, Node ${process.version}`);
  await measure('after the start', pid);
  await deployPipeline(state);
  await measure('with pipeline A deployed', pid);
  await waitForAnHour(new SFN(config));
  await measure('and a Wait of an hour', pid);
  await waitForMessages(new Lambda(config), new SQS(config));
  await measure('and a function that waits for messages', pid);
} finally {
  const closed = new Promise((resolve) => child.on('close', resolve));
  child.kill('SIGTERM');
  await closed;
  rmSync(state, { recursive: true, force: true });
}
