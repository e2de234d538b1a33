// Runs a runtime in a process of its own, for tests that kill it: `run-runtime.ts <state folder>`.
import { startRuntime } from '../runtime.ts';
import { testConfig } from './test-runtime.ts';

await startRuntime(testConfig(process.argv[2] ?? ''));
