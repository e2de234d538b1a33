import { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { RuntimeConfig } from '../../../config.ts';
import { createThings, type Things } from '../../../deploy/testing/things.ts';
import type { ServiceDefinition } from '../../../dispatch/service.ts';
import type { RuntimeParts } from '../../../runtime.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { cloudformation } from '../index.ts';

/** A runtime with CloudFormation and resources of the type `Test::Thing`. */
export interface Lab extends AsyncDisposable {
  readonly runtime: TestRuntime;
  readonly cfn: CloudFormation;
  readonly things: Things;
  readonly statusOf: (stackName: string) => Promise<string | undefined>;
  /** `<logical id> | <status> | <reason>`, the oldest first. */
  readonly eventsOf: (stackName: string) => Promise<string[]>;
}

export async function startLab(
  more: readonly ServiceDefinition[] = [],
  config: Partial<RuntimeConfig> = {},
  parts: RuntimeParts = {},
): Promise<Lab> {
  const things = createThings();
  const services = [things.service, cloudformation, ...more];
  const runtime = await startTestRuntime(config, { ...parts, services });
  const cfn = new CloudFormation(runtime.clientConfig);
  return {
    runtime,
    cfn,
    things,
    async statusOf(StackName) {
      return (await cfn.describeStacks({ StackName })).Stacks?.[0]?.StackStatus;
    },
    async eventsOf(StackName) {
      const { StackEvents = [] } = await cfn.describeStackEvents({ StackName });
      return StackEvents.reverse().map(({ LogicalResourceId, ResourceStatus, ResourceStatusReason }) =>
        [LogicalResourceId, ResourceStatus, ResourceStatusReason].filter(Boolean).join(' | '),
      );
    },
    [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
  };
}

/** A template as text. */
export function template(Resources: object, more: object = {}): string {
  return JSON.stringify({ Resources, ...more });
}

/** A `Test::Thing` of a template. */
export function thing(Properties: object = {}, more: object = {}): object {
  return { Type: 'Test::Thing', Properties, ...more };
}

/** A variable in the text of an `Fn::Sub`. */
export function variable(name: string): string {
  return `\${${name}}`;
}
