import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobEnd, JobKind, JobPlace } from '../../../compute/jobs.ts';
import { arnOf } from '../arns.ts';
import { lastLines } from '../container/container-failure.ts';
import { JobFault } from '../errors.ts';
import type { SageMakerParts } from '../parts.ts';
import { roleCaller } from '../roles.ts';
import type { LiveInstances } from '../serving/live-instances.ts';
import { servingProcess } from '../serving/serving-process.ts';
import { type Endpoint, findInstance, type InstancePlace } from './endpoint.ts';
import type { EndpointLifecycle, InstanceBody } from './lifecycle.ts';

// https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
const GRACE_MS = 30_000;
const SECOND_MS = 1000;

/** One instance of an endpoint as a process of this machine; it ends with the runtime and is started with it. */
export function instanceKind(
  parts: SageMakerParts,
  lifecycle: EndpointLifecycle,
  live: LiveInstances,
): JobKind<InstanceBody> {
  const { host, store, logs } = parts;

  return {
    afterCrash: 'restart',
    grace: GRACE_MS,

    async prepare(body, place) {
      const { endpoint, variant } = find(body, place.id);
      const { model, startLimit } = variant;
      const { arn } = endpoint;
      const { command, port } = await servingProcess(parts, body, { model, arn, place, environment: {} });
      void watch(body, place.id, port, startLimit * SECOND_MS);
      return command;
    },

    async output(body, chunk, { id, attempt }) {
      const found = search(body, id);
      if (!found) return;
      const { endpoint, variant } = found;
      const as = () => roleCaller(host, body, variant.model.role, endpoint.arn);
      const stream = {
        region: body.region,
        group: `/aws/sagemaker/Endpoints/${endpoint.name}`,
        stream: `${variant.name}/${id}`,
      };
      await logs.deliver(stream, as, chunk, `${id}/${attempt}`);
    },

    async ended(body, end, place, done) {
      live.forget(place.id);
      const reason = reasonOf(end, place);
      await host.database.transaction(() => {
        done();
        lifecycle.ended(body, body.endpoint, place.id, reason);
      });
      await rm(join(place.folder, 'ml'), { recursive: true, force: true });
    },
  };

  /** Tells the endpoint when the instance is well, and ends one that never is. */
  async function watch(body: InstanceBody, job: string, port: number, limit: number): Promise<void> {
    try {
      const outcome = await live.watch(job, port, limit);
      if (outcome === 'late') await host.database.transaction(() => host.jobs.stop(job));
      if (outcome !== 'ready') return;
      // Who waits for an instance of the endpoint waits for the endpoint's own signal.
      host.signals.changed(arnOf(body, 'endpoint', body.endpoint));
      await lifecycle.ready(body, body.endpoint);
    } catch (error) {
      const message = `Instance ${job} could not be watched`;
      host.progress.emit({ type: 'fault', service: 'sagemaker', message, error });
    }
  }

  function search(body: InstanceBody, job: string): (InstancePlace & { endpoint: Endpoint }) | undefined {
    const endpoint = store.get('endpoint', body, body.endpoint);
    const place = endpoint && findInstance(endpoint, job);
    return endpoint && place && { ...place, endpoint };
  }

  function find(body: InstanceBody, job: string): InstancePlace & { endpoint: Endpoint } {
    const found = search(body, job);
    if (!found) throw new JobFault(`Endpoint ${body.endpoint} has no instance ${job}`);
    return found;
  }
}

function reasonOf({ reason, exitCode, error }: JobEnd, { folder }: JobPlace): string {
  if (error !== undefined) return error instanceof Error ? error.message : String(error);
  const printed = lastLines(folder);
  const how = reason === 'stopped' ? 'It did not answer in time.' : `It ended with exit code ${exitCode}.`;
  return printed === '' ? how : `${how} Its last output: ${printed}`;
}
