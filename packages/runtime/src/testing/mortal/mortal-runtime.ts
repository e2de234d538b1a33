// A runtime in a process of its own that kills itself: `mortal-runtime.ts <state folder> <plan as JSON>`.
// It says over the IPC channel when it is ready, and ends when that channel does.
import type { ProgressEvent } from '../../progress.ts';
import { startRuntime } from '../../runtime.ts';
import { testConfig } from '../test-runtime.ts';
import type { Death, FromRuntime, LifePlan, ToRuntime } from './death.ts';

const [stateFolder = '', plan = '{}'] = process.argv.slice(2);
const { config, death: planned } = JSON.parse(plan) as LifePlan;
let death: Death | undefined = planned;
let commits = 0;

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

function dieIfAt(commit: number, moment: 'before' | 'after'): void {
  if (death?.at === 'commit' && death.commit === commit && death.moment === moment) die();
}

function listener(event: ProgressEvent): void {
  if (event.type === 'fault') tell({ type: 'fault', message: `${event.service}: ${event.message}` });
  if (death?.at === 'progress' && event.type === death.type && event.kind === death.kind) die();
}

function tell(message: FromRuntime): void {
  process.send?.(message);
}

process.on('disconnect', () => process.exit());
process.on('message', (message: ToRuntime) => {
  if (message.type === 'die') death = { at: 'commit', commit: commits + 1, moment: message.moment };
  tell({ type: 'commits', commits });
});
const { endpoint } = await startRuntime(
  { ...testConfig(stateFolder), ...config },
  {
    listener,
    commitHooks: {
      beforeCommit: (commit) => dieIfAt(commit, 'before'),
      afterCommit(commit) {
        commits = commit;
        dieIfAt(commit, 'after');
      },
    },
  },
);
tell({ type: 'ready', endpoint });
