// A runtime in a process of its own that kills itself: `crashing-runtime.ts <state folder> <images folder>
// <commit> <before|after>`, with 0 as commit for one that goes on living.
import { startRuntime } from '../../../runtime.ts';
import { testConfig } from '../../../testing/test-runtime.ts';

const [stateFolder = '', imagesFolder = '', last = '0', moment] = process.argv.slice(2);

function die(commit: number): void {
  if (commit === Number(last)) process.kill(process.pid, 'SIGKILL');
}

await startRuntime(
  { ...testConfig(stateFolder), imagesFolder },
  { commitHooks: moment === 'before' ? { beforeCommit: die } : { afterCommit: die } },
);
