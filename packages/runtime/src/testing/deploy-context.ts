import { accountRoot } from '../access/caller.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from '../config.ts';
import type { DeployContext } from '../dispatch/resource-provider.ts';
import type { ClientOf } from '../dispatch/types.ts';
import type { TestRuntime } from './test-runtime.ts';

/**
 * What a resource provider is given in a deployment, for tests that carry out one resource without a
 * stack. As in a deployment, each call has an effect token that is a function of the step and its
 * number: a second context with the same step repeats the first one's calls.
 */
export function deployContext(runtime: TestRuntime, logicalId: string, step = 'create'): DeployContext {
  const caller = accountRoot(DEFAULT_ACCOUNT);
  let calls = 0;
  return {
    account: DEFAULT_ACCOUNT,
    region: DEFAULT_REGION,
    caller,
    stackName: 'test',
    stackId: `arn:aws:cloudformation:${DEFAULT_REGION}:${DEFAULT_ACCOUNT}:stack/test/1`,
    logicalId,
    resourceType: 'Test::Resource',
    metadata: {},
    signal: new AbortController().signal,
    step: `${logicalId}/${step}`,
    created() {},
    client<Sdk>(service: string): ClientOf<Sdk> {
      const call = (method: string, input: unknown) => {
        const token = `${logicalId}/${step}/${calls++}`;
        const client = runtime.client<Record<string, never>>(service, { caller, token });
        return (client as unknown as Record<string, (input: unknown) => unknown>)[method]!(input);
      };
      return new Proxy({} as ClientOf<Sdk>, {
        get: (_, method) => (input: unknown) => call(String(method), input),
      });
    },
    name(longest, options = {}) {
      const name = `test-${logicalId}-1`.slice(0, longest);
      return options.lowerCase ? name.toLowerCase() : name;
    },
  };
}
