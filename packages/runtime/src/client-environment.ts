/**
 * Variables that point ordinary AWS tools at a runtime.
 *
 * @param account - 12 digits: the key id names the account; one fixed key per account also suits the CDK's
 * account cache
 */
export function clientEnvironment(runtime: {
  endpoint: string;
  region: string;
  account: string;
}): Record<string, string> {
  const { endpoint, region, account } = runtime;
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: 'slipway',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    // StartSyncExecution and TestState would else go to sync-127.0.0.1.
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
  };
}
