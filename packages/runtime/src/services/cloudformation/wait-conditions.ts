import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { Deployer } from '../../deploy/deployer.ts';
import { StepFailure } from '../../deploy/engine/failure-reason.ts';
import { numberProperty, textProperty } from '../../dispatch/property-values.ts';
import type { ResourceProvider, ResourceProviders } from '../../dispatch/resource-provider.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Awaited, Responses } from './custom/responses.ts';
import { invalid, noStack } from './failures.ts';
import { requireLiveStack } from './lookup.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitcondition.html
const LONGEST_WAIT_SECONDS = 43_200;
const WAIT_CONDITION = 'AWS::CloudFormation::WaitCondition';

/** A URL to signal to, and the resource that waits for so many signals. */
export function waitConditionResources(responses: Responses): ResourceProviders {
  return {
    'AWS::CloudFormation::WaitConditionHandle': handle(responses),
    [WAIT_CONDITION]: condition(responses),
  };
}

/** Signals by the API instead of by the URL. */
export function signalOperations({ stacks }: Deployer, responses: Responses) {
  return {
    SignalResource(input, context) {
      return context.transaction(() => {
        const stack = requireLiveStack(stacks, context, input.StackName, noStack);
        const resource = stacks.resource(stack, input.LogicalResourceId);
        const url = resource?.type === WAIT_CONDITION ? resource.attempted?.['Handle'] : undefined;
        const status = input.Status;
        if (
          typeof url !== 'string' ||
          !responses.add(tokenOf(url), { UniqueId: input.UniqueId, Status: status })
        ) {
          throw invalid(
            `Resource ${input.LogicalResourceId} of stack ${stack.name} is not waiting for signals`,
          );
        }
        return {};
      });
    },
  } satisfies Operations<CloudFormation>;
}

function handle(responses: Responses): ResourceProvider {
  return {
    properties: [],
    async create(_properties, context) {
      await responses.expect(context.step, LONGEST_WAIT_SECONDS * 1000);
      return { physicalId: responses.url(context.step), attributes: {} };
    },
    async update(physicalId) {
      return { physicalId, attributes: {} };
    },
    async delete() {},
  };
}

function condition(responses: Responses): ResourceProvider {
  return {
    properties: ['Handle', 'Timeout', 'Count'],
    replaceOn: ['Handle', 'Timeout', 'Count'],
    async create(properties, context) {
      const url = textProperty(properties, 'Handle') ?? '';
      const count = numberProperty(properties, 'Count') ?? 1;
      const seconds = numberProperty(properties, 'Timeout') ?? LONGEST_WAIT_SECONDS;
      const token = tokenOf(url);
      await responses.expect(context.step, seconds * 1000);
      const data = await responses.until(
        token,
        (answers) => signalled(answers, count),
        context.signal,
        context.step,
      );
      if (!data) {
        const received = Object.keys(signalled(responses.answers(token), 0) ?? {}).length;
        throw new StepFailure(
          `WaitCondition timed out. Received ${received} conditions when expecting ${count}`,
        );
      }
      return { physicalId: url, attributes: { Data: JSON.stringify(data) } };
    },
    update(physicalId) {
      throw new Error(`Wait condition ${physicalId} is replaced, never updated`);
    },
    async delete() {},
  };
}

function tokenOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

/**
 * @returns the data of the signals by their unique ids, once there are enough
 * @throws StepFailure when one of them says that something failed
 */
function signalled(answers: Awaited['answers'], count: number): Record<string, string> | undefined {
  const data: Record<string, string> = {};
  for (const { Status, UniqueId, Reason, Data } of answers) {
    if (Status !== 'SUCCESS') {
      throw new StepFailure(
        `WaitCondition received failed message: '${String(Reason ?? '')}' for uniqueId: ${String(UniqueId)}`,
      );
    }
    data[String(UniqueId)] = String(Data ?? '');
  }
  return Object.keys(data).length >= count ? data : undefined;
}
