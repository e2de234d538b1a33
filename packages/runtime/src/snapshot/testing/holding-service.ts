import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { processEnvironment } from '../../compute/process-environment.ts';
import { defineService, type ServiceDefinition } from '../../dispatch/service.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };

/** A service with one job, which runs until the test lets it go. */
export interface Holding {
  readonly service: ServiceDefinition;
  /** Waits until the job has begun so many times. */
  readonly began: (times: number) => Promise<void>;
  readonly letGo: () => void;
  /** Waits until it has ended in the runtimes of these state folders. */
  readonly ended: (stateFolders: readonly string[]) => Promise<void>;
}

/** @param folder - the test's own, where all runs of the job are noted */
export function holdingService(folder: string): Holding {
  const begins = join(folder, 'begins');
  const ends = join(folder, 'ends');
  const go = join(folder, 'go');
  for (const path of [begins, ends]) writeFileSync(path, '');
  const lines = (path: string) => readFileSync(path, 'utf8').split('\n').filter(Boolean).toSorted();
  const service = defineService({
    name: 'holding',
    models: [],
    schema: [],
    create(host) {
      host.jobs.define<null>('hold', {
        afterCrash: 'attach',
        prepare: async (_, { folder: workingFolder }) => ({
          command: ['/bin/sh', '-c', `echo begun >> ${begins}; while [ ! -e ${go} ]; do sleep 0.05; done`],
          environment: processEnvironment({}),
          workingFolder,
        }),
        ended: async (_, { reason }, __, done) => {
          await host.database.transaction(done);
          appendFileSync(ends, `${host.config.stateFolder} ${reason}\n`);
        },
      });
      return {
        operations: {},
        async ready() {
          if (lines(begins).length > 0) return;
          await host.database.transaction(() => host.jobs.order('hold', 'job-1', null));
        },
      };
    },
  });
  return {
    service,
    began: async (times) => void (await vi.waitUntil(() => lines(begins).length === times, PATIENCE)),
    letGo: () => writeFileSync(go, ''),
    async ended(stateFolders) {
      const wanted = stateFolders.map((stateFolder) => `${stateFolder} exited`).toSorted();
      await vi.waitUntil(() => lines(ends).join() === wanted.join(), PATIENCE);
    },
  };
}
