import { createHash } from 'node:crypto';
import type { DeployContext } from '../../dispatch/resource-provider.ts';
import type { ClientOf } from '../../dispatch/types.ts';
import { physicalName } from '../names.ts';
import type { Run } from './run.ts';

export interface Step {
  readonly logicalId: string;
  readonly type: string;
  /** `create`, `update`, `back` or `delete`. */
  readonly action: string;
  readonly generation: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Told the id of a resource that exists although its provider has not finished. */
  created?(physicalId: string): void;
}

/**
 * What a provider gets for one step of a deployment. Every call that it makes has an effect token made of
 * the operation, the resource, the step, the called operation and how often that was called in this step:
 * repeated after a crash, a call that has been answered answers the same and does nothing.
 */
export function stepContext(run: Run, step: Step): DeployContext {
  const { stack, operation, caller, host } = run;
  const { logicalId, type, action, generation, metadata } = step;
  const stepId = digest(`${operation.id}/${logicalId}/${action}/${generation}`);
  const calls = new Map<string, number>();
  const tokenOf = (called: string): string => {
    const count = calls.get(called) ?? 0;
    calls.set(called, count + 1);
    return digest(`${stepId}/${called}/${count}`);
  };
  return {
    account: stack.account,
    region: stack.region,
    caller,
    stackName: stack.name,
    stackId: stack.id,
    logicalId,
    resourceType: type,
    metadata,
    signal: run.signal,
    step: stepId,
    created: (physicalId) => step.created?.(physicalId),
    client: <Sdk>(service: string): ClientOf<Sdk> =>
      new Proxy({} as ClientOf<Sdk>, {
        get: (_, method) => {
          if (typeof method !== 'string' || method === 'then') return undefined;
          return (input: unknown) => {
            const client = host.client<Record<string, never>>(service, {
              caller,
              region: stack.region,
              token: tokenOf(`${service}:${method}`),
              signal: run.stopping,
            }) as unknown as Record<string, (input: unknown) => unknown>;
            return client[method]!(input);
          };
        },
      }),
    name: (longest, options) =>
      physicalName(
        {
          stackName: stack.name,
          logicalId,
          distinction: `${stack.account}/${stack.region}/${stack.incarnation}/${generation}`,
        },
        { longest, lowerCase: options?.lowerCase },
      ),
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}
