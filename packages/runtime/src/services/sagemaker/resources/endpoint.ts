import type { SageMaker } from '@aws-sdk/client-sagemaker';
import type { Host } from '../../../dispatch/host.ts';
import { tagsProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { DeployContext, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { followTags, nameIn, unlessGone } from './carrying-out.ts';

const LONGEST_NAME = 63;

/** `AWS::SageMaker::Endpoint`: made and updated once it is in service. */
export function endpointResource(host: Pick<Host, 'client' | 'signals'>): ResourceProvider {
  return {
    properties: ['EndpointConfigName', 'EndpointName', 'Tags'],
    replaceOn: ['EndpointName'],

    async create(properties, context) {
      const EndpointName = textProperty(properties, 'EndpointName') ?? context.name(LONGEST_NAME);
      const { EndpointArn = '' } = await context.client<SageMaker>('sagemaker').createEndpoint({
        EndpointName,
        EndpointConfigName: textProperty(properties, 'EndpointConfigName'),
        Tags: tagsProperty(properties),
      });
      context.created(EndpointArn);
      await inService(context, EndpointArn);
      return provided(EndpointArn, EndpointName);
    },

    async update(arn, properties, previous, context) {
      const sagemaker = context.client<SageMaker>('sagemaker');
      const EndpointConfigName = textProperty(properties, 'EndpointConfigName');
      if (EndpointConfigName !== textProperty(previous, 'EndpointConfigName')) {
        await sagemaker.updateEndpoint({ EndpointName: nameIn(arn), EndpointConfigName });
        await inService(context, arn);
      }
      await followTags(context, arn, properties, previous);
      return provided(arn, textProperty(properties, 'EndpointName') ?? context.name(LONGEST_NAME));
    },

    async delete(arn, _properties, context) {
      const EndpointName = nameIn(arn);
      await unlessGone(context.client<SageMaker>('sagemaker').deleteEndpoint({ EndpointName }));
      await unlessGone(
        host.signals.until(
          arn,
          async () => {
            await describe(context, arn);
            return undefined;
          },
          context.signal,
        ),
      );
    },
  };

  /** @throws Error with the reason when it does not come into service, or goes on with what it had */
  async function inService(context: DeployContext, arn: string): Promise<void> {
    const failure = await host.signals.until(
      arn,
      async () => {
        const { EndpointStatus = '', FailureReason } = await describe(context, arn);
        if (['Creating', 'Updating'].includes(EndpointStatus)) return undefined;
        return { reason: EndpointStatus === 'InService' ? FailureReason : (FailureReason ?? EndpointStatus) };
      },
      context.signal,
    );
    if (failure.reason !== undefined) throw new Error(failure.reason);
  }

  // Looking has no effect and needs no token.
  function describe({ account, caller, region }: DeployContext, arn: string) {
    const sagemaker = host.client<SageMaker>('sagemaker', { caller: { ...caller, account }, region });
    return sagemaker.describeEndpoint({ EndpointName: nameIn(arn) });
  }
}

function provided(arn: string, EndpointName: string) {
  return { physicalId: arn, attributes: { Id: arn, EndpointName } };
}
