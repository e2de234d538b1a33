const PUSH = 'there is no push service to send to';
const SMS = 'no text messages are sent';
const PROTECTION = 'messages are not searched for sensitive data';

/** Operations that are not served, with the reason. */
export const unsupported: Readonly<Record<string, string>> = {
  CreatePlatformApplication: PUSH,
  CreatePlatformEndpoint: PUSH,
  DeleteEndpoint: PUSH,
  DeletePlatformApplication: PUSH,
  GetEndpointAttributes: PUSH,
  GetPlatformApplicationAttributes: PUSH,
  ListEndpointsByPlatformApplication: PUSH,
  ListPlatformApplications: PUSH,
  SetEndpointAttributes: PUSH,
  SetPlatformApplicationAttributes: PUSH,
  CheckIfPhoneNumberIsOptedOut: SMS,
  CreateSMSSandboxPhoneNumber: SMS,
  DeleteSMSSandboxPhoneNumber: SMS,
  GetSMSAttributes: SMS,
  GetSMSSandboxAccountStatus: SMS,
  ListOriginationNumbers: SMS,
  ListPhoneNumbersOptedOut: SMS,
  ListSMSSandboxPhoneNumbers: SMS,
  OptInPhoneNumber: SMS,
  SetSMSAttributes: SMS,
  VerifySMSSandboxPhoneNumber: SMS,
  GetDataProtectionPolicy: PROTECTION,
  PutDataProtectionPolicy: PROTECTION,
};
