import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobEnd, JobKind, JobPlace } from '../../../compute/jobs.ts';
import type { Host } from '../../../dispatch/host.ts';
import type { JobStore, RunRecord } from '../job-store.ts';
import type { RunBody, RunEnd, RunLifecycle } from '../run-lifecycle.ts';
import { failureMessage } from './failure.ts';
import { prepareProcess, runCaller, TEMPORARY_FOLDERS } from './process.ts';
import { RunLogs } from './run-logs.ts';

/**
 * A run's script as a process of this machine. The script needs the runtime, so one that ran when the
 * runtime died is started from the beginning in its next life.
 */
export function pythonShellKind(host: Host, store: JobStore, lifecycle: RunLifecycle): JobKind<RunBody> {
  const logs = new RunLogs(host);

  return {
    afterCrash: 'restart',

    async prepare(body, place) {
      const command = await prepareProcess(host, body, runOf(body), place);
      await host.database.transaction(() => lifecycle.running(body, body.runId));
      return command;
    },

    async output(body, chunk, { id, attempt }) {
      const as = () => runCaller(host, body, runOf(body));
      await logs.deliver(body, as, chunk, `${id}/${attempt}`);
    },

    async ended(body, end, place, done) {
      const outcome = outcomeOf(host, end, place);
      // First, because a script may have filled the disk, and what follows is written to it.
      const folders = TEMPORARY_FOLDERS.map((name) => join(place.folder, name));
      await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
      await host.database.transaction(() => {
        done();
        lifecycle.end(body, body.runId, outcome);
      });
    },
  };

  function runOf(body: RunBody): RunRecord {
    const record = store.runs.get(body, body.runId);
    if (!record) throw new Error(`Job run ${body.runId} is gone`);
    return record;
  }
}

function outcomeOf(host: Host, end: JobEnd, place: JobPlace): RunEnd {
  const ended = end.record ? end.record.ended * 1000 : host.clock.now();
  if (end.reason === 'stopped') return { state: 'STOPPED', ended };
  if (end.reason === 'timeout') return { state: 'TIMEOUT', ended };
  if (end.reason === 'exited' && end.exitCode === 0) return { state: 'SUCCEEDED', ended };
  return { state: 'FAILED', message: failureMessage(end, place), ended };
}
