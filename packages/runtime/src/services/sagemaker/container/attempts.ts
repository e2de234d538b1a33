import { existsSync } from 'node:fs';
import type { Host } from '../../../dispatch/host.ts';

/** The folder of a job's last run: a process that was lost is run again in a folder of its own. */
export function newestAttempt(host: Host, kind: string, id: string): string {
  let attempt = 0;
  while (existsSync(host.jobs.folderOf(kind, id, attempt + 1))) attempt += 1;
  return host.jobs.folderOf(kind, id, attempt);
}
