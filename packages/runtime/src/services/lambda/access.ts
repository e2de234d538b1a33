import type { Need, NeedsOf, ServiceAccess } from '../../access/needs.ts';
import type { Scope } from '../../store/collection.ts';
import { arnOf, referenceOf } from './names.ts';
import { type PolicyStore, policyDocument } from './policy-store.ts';

const FUNCTION_ARN = /^arn:aws[a-z-]*:lambda:([^:]+):(\d{12}):function:([^:]+)(?::(.+))?$/;
const LAYER_ARN = /^arn:aws[a-z-]*:lambda:([^:]+):(\d{12}):layer:([^:]+):(\d+)$/;

interface Input {
  readonly FunctionName?: string;
  readonly Qualifier?: string;
  readonly Layers?: readonly string[];
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
export function lambdaAccess(policies: PolicyStore): ServiceAccess {
  return {
    prefix: 'lambda',
    resources: ['{Resource}', 'layer:{LayerName}:{VersionNumber}', 'layer:{LayerName}', '*'],
    passes: { service: 'lambda.amazonaws.com', members: ['Role'] },
    operations: {
      ...Object.fromEntries(OF_FUNCTIONS.map((operation) => [operation, onFunction(operation)])),
      // Versions have policies of their own and are asked for by their number.
      Invoke: onFunction('InvokeFunction', true),
      InvokeAsync: onFunction('InvokeAsync', true),
      GetLayerVersion: layerVersion('GetLayerVersion'),
      GetLayerVersionPolicy: layerVersion('GetLayerVersionPolicy'),
      DeleteLayerVersion: layerVersion('DeleteLayerVersion'),
      AddLayerVersionPermission: layerVersion('AddLayerVersionPermission'),
      RemoveLayerVersionPermission: layerVersion('RemoveLayerVersionPermission'),
      GetLayerVersionByArn: { action: 'GetLayerVersion', resources: ['{Arn}'] },
    },
    resourcePolicy(resource) {
      const [, region = '', account = '', name = '', qualifier] = FUNCTION_ARN.exec(resource) ?? [];
      if (name !== '') {
        const id = qualifier === undefined ? name : `${name}:${qualifier}`;
        return policyOf({ account, region }, id);
      }
      const [, layerRegion = '', owner = '', layer, version] = LAYER_ARN.exec(resource) ?? [];
      return layer === undefined
        ? undefined
        : policyOf({ account: owner, region: layerRegion }, `layer/${layer}:${version}`);
    },
    needsPolicy: (_service, action) => action === 'lambda:InvokeFunction',
  };

  function policyOf(scope: Scope, id: string) {
    const statements = policies.statements(scope, id);
    return {
      account: scope.account,
      document: statements.length > 0 ? policyDocument(statements) : undefined,
    };
  }
}

const OF_FUNCTIONS = [
  ...['CreateFunction', 'DeleteFunction', 'GetFunction', 'GetFunctionConfiguration', 'UpdateFunctionCode'],
  ...['UpdateFunctionConfiguration', 'PublishVersion', 'ListVersionsByFunction', 'CreateAlias', 'GetAlias'],
  ...['UpdateAlias', 'DeleteAlias', 'ListAliases', 'AddPermission', 'RemovePermission', 'GetPolicy'],
  ...['PutFunctionConcurrency', 'GetFunctionConcurrency', 'DeleteFunctionConcurrency'],
  ...['PutFunctionEventInvokeConfig', 'GetFunctionEventInvokeConfig', 'UpdateFunctionEventInvokeConfig'],
  ...['DeleteFunctionEventInvokeConfig', 'ListFunctionEventInvokeConfigs'],
];

/** On a function, and on the layers that it is given. */
function onFunction(action: string, qualified = false): NeedsOf {
  return ({ FunctionName = '', Qualifier, Layers = [] }: Input, place): readonly Need[] => [
    { action: `lambda:${action}`, resource: functionResource(FunctionName, Qualifier, place, qualified) },
    ...Layers.map((resource) => ({ action: 'lambda:GetLayerVersion', resource })),
  ];
}

function functionResource(
  text: string,
  qualifier: string | undefined,
  place: Scope,
  qualified: boolean,
): string {
  try {
    const reference = referenceOf(place, text, qualifier);
    return arnOf(qualified ? reference : { ...reference, qualifier: undefined });
  } catch {
    // The handler says what is wrong with the name.
    return text.startsWith('arn:') ? text : arnOf({ scope: place, name: text, qualifier: undefined });
  }
}

function layerVersion(action: string): NeedsOf {
  return (
    { LayerName = '', VersionNumber = 0 }: { LayerName?: string; VersionNumber?: number },
    { account, region },
  ): readonly Need[] => {
    const layer = LayerName.startsWith('arn:')
      ? LayerName
      : `arn:aws:lambda:${region}:${account}:layer:${LayerName}`;
    return [{ action: `lambda:${action}`, resource: `${layer}:${VersionNumber}` }];
  };
}
