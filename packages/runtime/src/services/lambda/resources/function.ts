import { isDeepStrictEqual } from 'node:util';
import type { Lambda } from '@aws-sdk/client-lambda';
import type { Host } from '../../../dispatch/host.ts';
import { numberProperty, tagChanges, tagsProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { DeployContext, Properties, ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { checkFunction } from './check-function.ts';
import {
  architectures,
  codeProperty,
  FUNCTION_PROPERTIES,
  settingsProperties,
  tags,
} from './function-properties.ts';
import { unlessGone } from './unless-gone.ts';

/** `AWS::Lambda::Function` */
export function functionResource(host: Pick<Host, 'client' | 'signals'>): ResourceProvider {
  return {
    properties: FUNCTION_PROPERTIES,
    inert: ['RecursiveLoop', 'RuntimeManagementConfig'],
    replaceOn: ['FunctionName', 'PackageType'],
    check: checkFunction,

    async create(properties, context) {
      const lambda = context.client<Lambda>('lambda');
      const FunctionName = textProperty(properties, 'FunctionName') ?? context.name(64);
      const { FunctionArn = '' } = await lambda.createFunction({
        ...settingsProperties(properties),
        FunctionName,
        Code: await codeProperty(properties),
        Architectures: architectures(properties),
        PackageType: textProperty(properties, 'PackageType') as 'Zip' | 'Image' | undefined,
        Tags: tags(properties),
      });
      context.created(FunctionName);
      await settled(FunctionName, FunctionArn, context);
      const reserved = numberProperty(properties, 'ReservedConcurrentExecutions');
      if (reserved !== undefined) {
        await lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: reserved });
      }
      return { physicalId: FunctionName, attributes: { Arn: FunctionArn } };
    },

    async update(FunctionName, properties, previous, context) {
      const lambda = context.client<Lambda>('lambda');
      const { FunctionArn = '' } = await lambda.getFunctionConfiguration({ FunctionName });
      const changed = (name: string) => !isDeepStrictEqual(properties[name], previous[name]);
      if (['Code', 'Architectures'].some(changed)) {
        await lambda.updateFunctionCode({
          FunctionName,
          ...(await codeProperty(properties)),
          Architectures: architectures(properties),
        });
        await settled(FunctionName, FunctionArn, context);
      }
      if (FUNCTION_PROPERTIES.filter((name) => !SEPARATE.has(name)).some(changed)) {
        await lambda.updateFunctionConfiguration({
          FunctionName,
          ...settingsProperties(properties),
          LoggingConfig: settingsProperties(properties).LoggingConfig ?? {
            LogFormat: 'Text',
            LogGroup: `/aws/lambda/${FunctionName}`,
          },
        });
        await settled(FunctionName, FunctionArn, context);
      }
      if (changed('ReservedConcurrentExecutions')) await changeConcurrency(FunctionName, properties, context);
      await changeTags(FunctionArn, properties, previous, context);
      return { physicalId: FunctionName, attributes: { Arn: FunctionArn } };
    },

    async delete(FunctionName, _properties, context) {
      await unlessGone(context.client<Lambda>('lambda').deleteFunction({ FunctionName }));
    },
  };

  /** Waits until the function can be used, as CloudFormation does. */
  async function settled(
    FunctionName: string,
    arn: string,
    { account, region, caller, signal }: DeployContext,
  ) {
    const lambda = host.client<Lambda>('lambda', { caller: { ...caller, account }, region, signal });
    const { failure } = await host.signals.until(
      arn,
      async () => {
        const { State, StateReason, LastUpdateStatus, LastUpdateStatusReason } =
          await lambda.getFunctionConfiguration({ FunctionName });
        if (State === 'Pending' || LastUpdateStatus === 'InProgress') return undefined;
        if (State === 'Failed') return { failure: StateReason };
        return { failure: LastUpdateStatus === 'Failed' ? LastUpdateStatusReason : undefined };
      },
      signal,
    );
    if (failure !== undefined) throw new Error(`Function ${FunctionName} did not become ready: ${failure}`);
  }
}

/** Properties that are not part of the function's configuration. */
const SEPARATE: ReadonlySet<string> = new Set([
  'Architectures',
  'Code',
  'FunctionName',
  'PackageType',
  'ReservedConcurrentExecutions',
  'Tags',
]);

async function changeConcurrency(
  FunctionName: string,
  properties: Properties,
  context: DeployContext,
): Promise<void> {
  const lambda = context.client<Lambda>('lambda');
  const reserved = numberProperty(properties, 'ReservedConcurrentExecutions');
  if (reserved === undefined) await lambda.deleteFunctionConcurrency({ FunctionName });
  else await lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: reserved });
}

async function changeTags(
  Resource: string,
  properties: Properties,
  previous: Properties,
  context: DeployContext,
): Promise<void> {
  const lambda = context.client<Lambda>('lambda');
  const { set, remove } = tagChanges(tagsProperty(properties), tagsProperty(previous));
  if (remove.length > 0) await lambda.untagResource({ Resource, TagKeys: remove });
  if (set.length > 0) {
    const Tags = Object.fromEntries(set.map(({ Key, Value }) => [Key, Value]));
    await lambda.tagResource({ Resource, Tags });
  }
}
