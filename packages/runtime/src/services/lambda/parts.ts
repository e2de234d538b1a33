import type { Host } from '../../dispatch/host.ts';
import type { Activation } from './activation.ts';
import type { CodeStore } from './code-store.ts';
import type { FunctionStore } from './function-store.ts';
import type { InvokeConfigStore } from './invoke-config-store.ts';
import type { LayerStore } from './layer-store.ts';
import type { PolicyStore } from './policy-store.ts';
import type { WorkerPool } from './workers/pool.ts';

/** What the operations of Lambda share. */
export interface LambdaParts {
  readonly host: Host;
  readonly functions: FunctionStore;
  readonly layers: LayerStore;
  readonly policies: PolicyStore;
  readonly invokeConfigs: InvokeConfigStore;
  readonly codes: CodeStore;
  readonly activation: Activation;
  readonly workers: WorkerPool;
}
