import { enableCompileCache } from 'node:module';

// Saves about 0.15 s a start: parsed sources are kept beside Node's other caches.
enableCompileCache();
const { runCommandLine } = await import('./command-line.ts');
process.exitCode = await runCommandLine(process.argv.slice(2));
