import type { Scope } from '../../store/collection.ts';

export function jobArn({ account, region }: Scope, name: string): string {
  return `arn:aws:glue:${region}:${account}:job/${name}`;
}

/** The signal that tells of every change of a run; runs have no ARN on AWS. */
export function runTopic(scope: Scope, jobName: string, runId: string): string {
  return `${jobArn(scope, jobName)}#${runId}`;
}

/** How Glue names the retries of a run: `jr_…`, `jr_…_attempt_1`, `jr_…_attempt_2`. */
export function retryId(runId: string, attempt: number): string {
  return `${runId.replace(/_attempt_\d+$/, '')}_attempt_${attempt}`;
}
