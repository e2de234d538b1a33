import { setTimeout } from 'node:timers/promises';
import type { Clients } from './clients.ts';

const GROUP = '/aws/events/crash';
const RULE = 'crash';
const SOURCES = ['aws.s3', 'aws.glue', 'aws.forecast', 'aws.states', 'forecast-mlops-pipeline'];
const LAST = 'aws.states SUCCEEDED';
// What a client or user code writes that was cut off, it may well write again.
const MAY_REPEAT = /^aws\.s3 (input\/|notes\/|forecast|report\/)/;
const LOOK_MS = 50;
const PATIENCE_MS = 10_000;

interface Event {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: {
    readonly status?: string;
    readonly state?: string;
    readonly arn?: string;
    readonly jobName?: string;
    readonly object?: { readonly key: string };
  };
}

/** Has every event of the pipeline's services written down, so that a second delivery shows. */
export async function placeWitness({ events, logs }: Clients): Promise<void> {
  await logs.createLogGroup({ logGroupName: GROUP });
  const { logGroups = [] } = await logs.describeLogGroups({ logGroupNamePrefix: GROUP });
  await events.putRule({ Name: RULE, EventPattern: JSON.stringify({ source: SOURCES }) });
  await events.putTargets({ Rule: RULE, Targets: [{ Id: 'log', Arn: logGroups[0]?.logGroupArn }] });
}

/** What was delivered, once at least so many events and the last one are there, or will not come. */
export async function witnessed(clients: Clients, atLeast: number): Promise<string[]> {
  const giveUp = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await deliveries(clients);
    const complete = seen.length >= atLeast && seen.some((line) => line.startsWith(LAST));
    if (complete || Date.now() > giveUp) return seen;
    await setTimeout(LOOK_MS);
  }
}

async function deliveries({ logs }: Clients): Promise<string[]> {
  const seen: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.filterLogEvents({ logGroupName: GROUP, nextToken });
    seen.push(...(page.events ?? []).map(({ message = '' }) => inShort(JSON.parse(message) as Event)));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return seen.filter((line) => !MAY_REPEAT.test(line)).toSorted();
}

function inShort({ source, detail, 'detail-type': type }: Event): string {
  const { status, state, object, arn, jobName } = detail;
  return [source, status ?? state ?? object?.key ?? type, arn ?? jobName ?? ''].join(' ').trimEnd();
}
