import type { RunRecord } from './job-store.ts';

type Arguments = Readonly<Record<string, string>> | undefined;

/** What a run's script is called with: the run's arguments replace the job's, but for the fixed ones. */
export function effectiveArguments(
  job: { DefaultArguments?: Arguments; NonOverridableArguments?: Arguments },
  own: Arguments,
): Record<string, string> {
  return { ...job.DefaultArguments, ...own, ...job.NonOverridableArguments };
}

/**
 * The command line behind the script: each argument as two words. Glue adds who is running; on AWS a
 * Python shell job gets fewer of these than a Spark job.
 */
export function commandLine({ Run, Plan }: RunRecord): string[] {
  const all = {
    ...Plan.Arguments,
    '--JOB_NAME': Plan.Arguments['--JOB_NAME'] ?? Run.JobName,
    '--JOB_ID': Plan.JobId,
    '--JOB_RUN_ID': Run.Id,
  };
  return Object.entries(all).flat();
}
