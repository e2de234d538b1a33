import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobEnd, JobPlace } from '../../../compute/jobs.ts';
import type { OutputChunk } from '../../../compute/output-tail.ts';
import { processEnvironment } from '../../../compute/process-environment.ts';
import type { Scope } from '../../../store/collection.ts';
import { announce, change, type Parts } from '../lifecycle.ts';
import { isJob, type Job, type Kinds } from '../resource.ts';
import type { Estimates } from './estimates.ts';
import { stepEvents } from './image-output.ts';
import { failureOf, wasKilled } from './job-failure.ts';
import { jobKind, STEPS } from './job-files.ts';
import type { Step, Workplace } from './step.ts';
import { UserFault } from './user-fault.ts';

interface JobBody extends Scope {
  readonly arn: string;
}

/** How a process's end leaves its resource. */
type Outcome =
  | { readonly status: 'ACTIVE'; readonly changes: Partial<Job> }
  | { readonly status: 'CREATE_FAILED'; readonly message: string }
  | { readonly status: 'CREATE_STOPPED' }
  | { readonly status: 'again' };

/** Inside a transaction: orders the process that makes a resource. */
export function orderJob({ host }: Parts, { account, region }: Scope, { kind, arn, jobs }: Job): void {
  host.jobs.order<JobBody>(jobKind(kind), jobs.at(-1)!, { account, region, arn });
}

/** An id for a job that a person recognises among folders. */
export function newJobId({ host }: Parts, name: string): string {
  return `${name}-${host.ids.ulid(host.clock.now())}`;
}

/**
 * Makes a kind of resource by processes of the forecast image: staged inputs and `job.json` go into the
 * job's folder, the process runs, its results are taken in, and the resource's status follows.
 *
 * @param isStopping - whether the runtime is about to end, when a failure to take results in is none
 */
export function defineStepJob<K extends Job['kind']>(
  parts: Parts,
  step: Step<K>,
  estimates: Estimates,
  isStopping: () => boolean,
): void {
  const { host, resources } = parts;
  const find = ({ account, region, arn }: JobBody) =>
    resources.find({ account, region }, arn) as Kinds[K] | undefined;

  host.jobs.define<JobBody>(jobKind(step.kind), {
    afterCrash: 'attach',

    async prepare(body, place) {
      const resource = find(body);
      if (!resource) throw new Error(`${body.arn} is gone`);
      const work = workplace(body, place);
      const environment = step.environment?.(resource, work.scope);
      const { python, variables } = await host.environments.ensure('forecast', environment);
      rmSync(work.staged, { recursive: true, force: true });
      mkdirSync(work.staged);
      const job = await step.prepare(resource, work);
      const path = join(place.folder, 'job.json');
      writeFileSync(path, `${JSON.stringify({ ...job, output: work.output }, null, 2)}\n`);
      await host.database.transaction(() => begin(parts, body));
      return {
        command: [python, '-m', 'slipway_forecast', STEPS[step.kind], path],
        environment: processEnvironment(variables),
        workingFolder: place.folder,
      };
    },

    async output({ arn }, chunk, { id }) {
      tellProgress(parts, step.kind, { arn, id, estimates }, chunk);
    },

    async ended(body, end, place, done) {
      const work = workplace(body, place);
      let outcome: Outcome;
      try {
        outcome = await judge(step, find(body), end, { work, place });
      } catch (error) {
        if (isStopping()) throw error;
        outcome = {
          status: 'CREATE_FAILED',
          message: failureOf({ ...end, reason: 'unprepared', error }, place),
        };
      }
      await host.database.transaction(() => {
        done();
        record(parts, body, outcome);
      });
      estimates.forget(body.arn);
      await Promise.all([work.staged, work.output].map((path) => rm(path, { recursive: true, force: true })));
    },
  });
}

function workplace({ account, region }: Scope, { id, folder }: JobPlace): Workplace {
  return { scope: { account, region }, id, staged: join(folder, 'staged'), output: join(folder, 'out') };
}

function begin(parts: Parts, { account, region, arn }: JobBody): void {
  const scope = { account, region };
  const resource = parts.resources.find(scope, arn);
  if (resource?.status !== 'CREATE_PENDING' || !isJob(resource)) return;
  change<Job>(parts, scope, resource, { status: 'CREATE_IN_PROGRESS' });
}

async function judge<K extends Job['kind']>(
  step: Step<K>,
  resource: Kinds[K] | undefined,
  end: JobEnd,
  { work, place }: { work: Workplace; place: JobPlace },
): Promise<Outcome> {
  if (end.reason === 'stopped') return { status: 'CREATE_STOPPED' };
  if (wasKilled(end) && resource?.jobs.length === 1) return { status: 'again' };
  if (end.reason !== 'exited' || end.exitCode !== 0 || !resource) {
    return { status: 'CREATE_FAILED', message: failureOf(end, place) };
  }
  try {
    return { status: 'ACTIVE', changes: await step.collect(resource, work) };
  } catch (error) {
    if (!(error instanceof UserFault)) throw error;
    return { status: 'CREATE_FAILED', message: error.message };
  }
}

function record(parts: Parts, { account, region, arn }: JobBody, outcome: Outcome): void {
  const { host, resources } = parts;
  const scope = { account, region };
  const resource = resources.find(scope, arn);
  if (!resource || !isJob(resource)) return;
  // Whatever came out: who asked for a stop gets one.
  const stopped = resource.status === 'CREATE_STOPPING';
  if (outcome.status === 'again' && !stopped) {
    const restarted = change<Job>(parts, scope, resource, {
      jobs: [...resource.jobs, newJobId(parts, resource.name)],
    });
    orderJob(parts, scope, restarted);
    return;
  }
  const modified = new Date(host.clock.now());
  change<Job>(parts, scope, resource, {
    ...('changes' in outcome && outcome.changes),
    ...(!stopped && 'message' in outcome && { message: outcome.message }),
    status: stopped || outcome.status === 'again' ? 'CREATE_STOPPED' : outcome.status,
    modified,
  });
  if (resource.kind !== 'dataset-import-job') return;
  const dataset = resources.find(scope, resource.parent);
  if (dataset) resources.update(scope, { ...dataset, modified });
  announce(host, resource.parent);
}

/** Passes on what a step prints: how far it is, and what its user should know. */
function tellProgress(
  { host }: Parts,
  kind: Job['kind'],
  { arn, id, estimates }: { arn: string; id: string; estimates: Estimates },
  chunk: OutputChunk,
): void {
  for (const event of stepEvents(chunk)) {
    switch (event.event) {
      case 'progress': {
        const label = [event.phase, event.candidate].filter(Boolean).join(' ') || STEPS[kind];
        estimates.take(arn, event);
        host.progress.emit({
          type: 'job.progress',
          kind: jobKind(kind),
          id,
          label,
          done: event.done,
          total: event.total,
        });
        break;
      }
      case 'note':
        host.progress.emit({ type: 'note', service: 'forecast', arn, message: event.message });
        break;
      default:
        break;
    }
  }
}
