// A runtime in a process of its own that kills itself: `mortal-runtime.ts <state folder> <death as JSON>`.
// It says over the IPC channel when it is ready, and ends when that channel does.
import { type ProgressEvent, startRuntime } from '@slipway/runtime';
import { settingsFrom } from '../../src/settings.ts';
import type { Death, FromRuntime, ToRuntime } from './death.ts';

const TIME_SCALE = 60;

const [stateFolder = '', spec = 'null'] = process.argv.slice(2);
let death = JSON.parse(spec) as Death | null;
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
const settings = settingsFrom({ state: stateFolder, port: '0' }, { timeScale: TIME_SCALE });
const { endpoint } = await startRuntime(settings, {
  listener,
  commitHooks: {
    beforeCommit: (commit) => dieIfAt(commit, 'before'),
    afterCommit(commit) {
      commits = commit;
      dieIfAt(commit, 'after');
    },
  },
});
tell({ type: 'ready', endpoint });
