import { withoutTimes } from '../../src/testing/mortal/without-times.ts';
import type { Clients } from '../sdk-clients.ts';
import { deliveredEvents } from './delivered-events.ts';
import { childrenOf, executionsOf } from './executions.ts';
import type { Prepared } from './prepare.ts';

/**
 * What a run has left behind, without what differs between runs in names and times.
 *
 * @param marks - the file that user code writes to
 * @param events - how many events an undisturbed run makes
 */
export async function outcomeOf(clients: Clients, prepared: Prepared, marks: string, events: number) {
  const { bucket, jobName, stateMachineArn, nestedArn, eventGroup } = prepared;
  const plain = (text: string) => withoutTokens(withoutTimes(text.replaceAll(marks, '<marks>')));
  const { Contents = [] } = await clients.s3.listObjectsV2({ Bucket: bucket });
  const { JobRuns = [] } = await clients.glue.getJobRuns({ JobName: jobName });
  return {
    whole: await executionsOf(clients, { stateMachineArn }, plain),
    nested: await executionsOf(clients, { stateMachineArn: nestedArn }, plain),
    children: await childrenOf(clients, stateMachineArn, plain),
    objects: await Promise.all(
      Contents.map(async ({ Key = '' }) => `${plain(Key)}: ${plain(await textOf(clients, bucket, Key))}`),
    ),
    runs: JobRuns.map(({ JobRunState, Attempt }) => ({ JobRunState, Attempt })),
    events: (await deliveredEvents(clients, eventGroup, events)).map(plain).toSorted(),
  };
}

export type Outcome = Awaited<ReturnType<typeof outcomeOf>>;

async function textOf({ s3 }: Clients, Bucket: string, Key: string): Promise<string> {
  const { Body } = await s3.getObject({ Bucket, Key });
  return (await Body?.transformToString()) ?? '';
}

function withoutTokens(text: string): string {
  return text
    .replace(/(?<![\w-])[\w-]{43}(?![\w-])/g, '<token>')
    .replace(/(?<=MD5OfMessageBody[\\"]+:[\\"]+)[0-9a-f]{32}/g, '<digest of a token>');
}
