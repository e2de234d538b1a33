import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { S3 } from '@aws-sdk/client-s3';
import { accountRoot, type Caller, roleSession } from '../../../access/caller.ts';
import type { JobCommand, JobPlace } from '../../../compute/jobs.ts';
import { awsEnvironment, processEnvironment } from '../../../compute/process-environment.ts';
import type { Host } from '../../../dispatch/host.ts';
import { type RoleIdentity, roleIdentity } from '../../../dispatch/role-identity.ts';
import type { Scope } from '../../../store/collection.ts';
import { commandLine } from '../arguments.ts';
import { PYTHON_SHELL } from '../job-settings.ts';
import type { RunRecord } from '../job-store.ts';
import { glueItself, roleArnOf } from '../roles.ts';
import { bringLibraries } from './libraries.ts';
import { RunFault } from './run-fault.ts';
import { S3Files } from './s3-files.ts';

const IMAGE = 'glue';
const SESSION = 'GlueJobRunnerSession';
const MINUTE_MS = 60_000;
// Credentials last for as long as the run may take, and for its start.
const STARTING_MS = 3_600_000;

/** Folders of a run's process that are of no use once it has ended. */
export const TEMPORARY_FOLDERS = ['work', 'tmp', 'libraries'] as const;

/** As whom a run acts: a session of its role, named as on AWS. */
export async function runCaller(host: Host, scope: Scope, record: RunRecord): Promise<Caller> {
  return roleSession(await runRole(host, scope, record), SESSION);
}

/**
 * Brings a run's script and libraries into its folder and says how to start it.
 *
 * @throws RunFault or EnvironmentError when something is missing
 */
export async function prepareProcess(
  host: Host,
  scope: Scope,
  record: RunRecord,
  { folder }: JobPlace,
): Promise<JobCommand> {
  const { Command, Arguments } = record.Plan;
  if (Command.Name !== PYTHON_SHELL) throw new RunFault('Could not find command for the given criteria');
  const location = Arguments['--scriptLocation'] ?? Command.ScriptLocation;
  if (!location) throw new RunFault('The job has no script location.');
  const role = await runRole(host, scope, record);
  const caller = roleSession(role, SESSION);
  const files = new S3Files(host.client<S3>('s3', { caller, region: scope.region }));
  for (const name of TEMPORARY_FOLDERS) {
    rmSync(join(folder, name), { recursive: true, force: true });
    mkdirSync(join(folder, name));
  }
  const script = await files.bring('The script', location, join(folder, 'script'));
  const libraries = await bringLibraries(files, Arguments, {
    folder: join(folder, 'libraries'),
    wheels: join(host.config.cacheFolder, 'wheels'),
  });
  const { python, variables } = await host.environments.ensure(IMAGE, 'run', libraries.modules);
  const timeout = record.Run.Timeout * MINUTE_MS;
  const expires = host.clock.now() + timeout + STARTING_MS;
  const credentials = await host.database.transaction(() => host.sessions.issue(role, SESSION, expires));
  const { PYTHONPATH = '' } = variables;
  return {
    command: [python, '-u', script, ...commandLine(record)],
    workingFolder: join(folder, 'work'),
    timeout,
    environment: processEnvironment({
      ...variables,
      ...awsEnvironment({ endpoint: host.endpoint(), region: scope.region, credentials }),
      PYTHONPATH: [...libraries.path, PYTHONPATH].join(':'),
      TMPDIR: join(folder, 'tmp'),
    }),
  };
}

async function runRole(
  host: Host,
  scope: Scope,
  { Plan, Run: { JobName } }: RunRecord,
): Promise<RoleIdentity> {
  // Whether the role exists was said when the run was started.
  const on = { caller: accountRoot(scope.account), region: scope.region, warn: () => {} };
  return await roleIdentity(host, roleArnOf(scope, Plan.Role), on, glueItself(scope, JobName));
}
