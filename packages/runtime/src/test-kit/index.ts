/** For the tests of CDK apps: `import { startTestRuntime } from '@slipway/runtime/testing'`. */
export { AssemblyError, DeploymentFailure } from '../deploy/assembly/assembly-error.ts';
export type { DeployedStack } from '../deploy/assembly/deploy-options.ts';
export {
  type Synthesizable,
  startTestRuntime,
  type TestRuntime,
  type TestRuntimeOptions,
} from './test-runtime.ts';
