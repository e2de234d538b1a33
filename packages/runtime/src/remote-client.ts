import type { ClientOf } from './dispatch/types.ts';

// Loaded on use: a client of the SDK costs tens of milliseconds.
const PACKAGES: Record<string, () => Promise<Record<string, unknown>>> = {
  cloudformation: () => import('@aws-sdk/client-cloudformation'),
  cloudwatch: () => import('@aws-sdk/client-cloudwatch'),
  events: () => import('@aws-sdk/client-eventbridge'),
  forecast: () => import('@aws-sdk/client-forecast'),
  glue: () => import('@aws-sdk/client-glue'),
  iam: () => import('@aws-sdk/client-iam'),
  lambda: () => import('@aws-sdk/client-lambda'),
  logs: () => import('@aws-sdk/client-cloudwatch-logs'),
  s3: () => import('@aws-sdk/client-s3'),
  ssm: () => import('@aws-sdk/client-ssm'),
  states: () => import('@aws-sdk/client-sfn'),
  sts: () => import('@aws-sdk/client-sts'),
};

const CLIENT_CLASSES: Record<string, string> = {
  cloudformation: 'CloudFormation',
  cloudwatch: 'CloudWatch',
  events: 'EventBridge',
  forecast: 'Forecast',
  glue: 'Glue',
  iam: 'IAM',
  lambda: 'Lambda',
  logs: 'CloudWatchLogs',
  s3: 'S3',
  ssm: 'SSM',
  states: 'SFN',
  sts: 'STS',
};

type SdkClient = Record<string, (input: unknown) => Promise<unknown>>;
type SdkConstructor = new (config: object) => SdkClient;

/**
 * A service's client of a runtime in another process: the official SDK behind the same interface as
 * the clients inside the process.
 */
export function remoteClient<Sdk>(
  service: string,
  endpoint: string,
  region: string,
  account: string,
): ClientOf<Sdk> {
  let made: Promise<SdkClient> | undefined;
  const open = async () => {
    const load = PACKAGES[service];
    const name = CLIENT_CLASSES[service];
    if (!load || !name) throw new Error(`No SDK client is known for ${service}`);
    const Client = (await load())[name] as SdkConstructor;
    return new Client({
      endpoint,
      region,
      credentials: { accessKeyId: account, secretAccessKey: 'slipway' },
    });
  };
  return new Proxy({} as ClientOf<Sdk>, {
    get: (_, method) => {
      if (typeof method !== 'string' || method === 'then') return undefined;
      return async (input: unknown) => {
        made ??= open();
        const client = await made;
        return await client[method]!(input);
      };
    },
  });
}
