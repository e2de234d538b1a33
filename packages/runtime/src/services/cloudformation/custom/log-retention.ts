import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { StepFailure } from '../../../deploy/engine/failure-reason.ts';
import { ServiceError } from '../../../dispatch/errors.ts';
import { numberProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { DeployContext, Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';

/** `Custom::LogRetention`, by which the CDK sets how long a function's log is kept. */
export const logRetention: ResourceProvider = {
  properties: [
    'ServiceToken',
    'LogGroupName',
    'LogGroupRegion',
    'RetentionInDays',
    'SdkRetry',
    'RemovalPolicy',
  ],
  replaceOn: ['LogGroupName'],
  create: async (properties, context) => await set(properties, context),
  update: async (_physicalId, properties, _previous, context) => await set(properties, context),
  async delete(logGroupName, properties, context) {
    if (properties['RemovalPolicy'] !== 'destroy') return;
    const logs = context.client<CloudWatchLogs>('logs');
    await unless('ResourceNotFoundException', logs.deleteLogGroup({ logGroupName }));
  },
};

async function set(properties: Properties, context: DeployContext) {
  const region = textProperty(properties, 'LogGroupRegion');
  if (region !== undefined && region !== context.region) {
    throw new StepFailure(
      `LogGroupRegion ${region}: the retention of logs in another region cannot be set here.`,
    );
  }
  const logs = context.client<CloudWatchLogs>('logs');
  const logGroupName = String(properties['LogGroupName']);
  await unless('ResourceAlreadyExistsException', logs.createLogGroup({ logGroupName }));
  const retentionInDays = numberProperty(properties, 'RetentionInDays');
  if (retentionInDays === undefined) await logs.deleteRetentionPolicy({ logGroupName });
  else await logs.putRetentionPolicy({ logGroupName, retentionInDays });
  return { physicalId: logGroupName, attributes: { LogGroupName: logGroupName } };
}

async function unless(code: string, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== code) throw error;
  }
}
