const EVALUATOR = 'slipway policy and --access audit tell of real calls';
const FEDERATION = 'there is no identity provider on one machine';
const CONSOLE = 'there is no console to sign in to';

/** What IAM has and this runtime does not, with the reason. */
export const unsupported: Readonly<Record<string, string>> = {
  SimulatePrincipalPolicy: EVALUATOR,
  SimulateCustomPolicy: EVALUATOR,
  GetContextKeysForCustomPolicy: EVALUATOR,
  GetContextKeysForPrincipalPolicy: EVALUATOR,
  CreateOpenIDConnectProvider: FEDERATION,
  CreateSAMLProvider: FEDERATION,
  CreateLoginProfile: CONSOLE,
  GetLoginProfile: CONSOLE,
  UpdateLoginProfile: CONSOLE,
  DeleteLoginProfile: CONSOLE,
  ChangePassword: CONSOLE,
  UpdateAccountPasswordPolicy: CONSOLE,
  GetAccountPasswordPolicy: CONSOLE,
  CreateVirtualMFADevice: CONSOLE,
  EnableMFADevice: CONSOLE,
  GetAccessKeyLastUsed: 'the use of keys is not counted; logs/requests.ndjson has every call',
  GenerateCredentialReport: 'the use of keys is not counted',
  GenerateServiceLastAccessedDetails: 'the use of permissions is not counted',
  UploadServerCertificate: 'nothing here serves TLS with it',
  UploadSigningCertificate: 'signatures are not checked with certificates',
  UploadSSHPublicKey: 'there is no CodeCommit on this machine',
};
