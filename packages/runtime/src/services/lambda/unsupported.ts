const URLS = 'functions are not served at URLs of their own yet';
const SIGNING = 'code is not signed on one machine';
const PROVISIONED = 'processes are kept warm anyway';
const DURABLE = 'durable functions are not run';
const CAPACITY = 'there is one machine';
const RECURSION = 'recursion is not detected';
const STREAMING = 'answers are not streamed';
const RUNTIME = 'functions run on the Node.js and Python of this machine';
const POLICIES = 'AddPermission and RemovePermission write the policy';

/** Operations that are not served, with the reason. */
export const unsupported: Readonly<Record<string, string>> = {
  CreateFunctionUrlConfig: URLS,
  DeleteFunctionUrlConfig: URLS,
  GetFunctionUrlConfig: URLS,
  ListFunctionUrlConfigs: URLS,
  UpdateFunctionUrlConfig: URLS,
  CreateCodeSigningConfig: SIGNING,
  DeleteCodeSigningConfig: SIGNING,
  DeleteFunctionCodeSigningConfig: SIGNING,
  GetCodeSigningConfig: SIGNING,
  GetFunctionCodeSigningConfig: SIGNING,
  ListCodeSigningConfigs: SIGNING,
  ListFunctionsByCodeSigningConfig: SIGNING,
  PutFunctionCodeSigningConfig: SIGNING,
  UpdateCodeSigningConfig: SIGNING,
  DeleteProvisionedConcurrencyConfig: PROVISIONED,
  GetProvisionedConcurrencyConfig: PROVISIONED,
  ListProvisionedConcurrencyConfigs: PROVISIONED,
  PutProvisionedConcurrencyConfig: PROVISIONED,
  CheckpointDurableExecution: DURABLE,
  DeleteDurableExecution: DURABLE,
  GetDurableExecution: DURABLE,
  GetDurableExecutionHistory: DURABLE,
  GetDurableExecutionState: DURABLE,
  ListDurableExecutionsByFunction: DURABLE,
  PauseDurableExecution: DURABLE,
  ResumeDurableExecution: DURABLE,
  SendDurableExecutionCallbackFailure: DURABLE,
  SendDurableExecutionCallbackHeartbeat: DURABLE,
  SendDurableExecutionCallbackSuccess: DURABLE,
  StopDurableExecution: DURABLE,
  CreateCapacityProvider: CAPACITY,
  DeleteCapacityProvider: CAPACITY,
  GetCapacityProvider: CAPACITY,
  GetFunctionScalingConfig: CAPACITY,
  ListCapacityProviders: CAPACITY,
  ListFunctionVersionsByCapacityProvider: CAPACITY,
  PutFunctionScalingConfig: CAPACITY,
  UpdateCapacityProvider: CAPACITY,
  GetFunctionRecursionConfig: RECURSION,
  PutFunctionRecursionConfig: RECURSION,
  InvokeWithResponseStream: STREAMING,
  GetRuntimeManagementConfig: RUNTIME,
  PutRuntimeManagementConfig: RUNTIME,
  DeleteResourcePolicy: POLICIES,
  GetResourcePolicy: POLICIES,
  PutResourcePolicy: POLICIES,
};
