// What a process needs of this machine. AWS_* stays out, so that no job reaches a real account by mistake.
const PASSED_ON = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'TMPDIR',
  'LANG',
  'LC_ALL',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'JAVA_HOME',
  'CUDA_VISIBLE_DEVICES',
  'LD_LIBRARY_PATH',
];

/** The environment of a child process: little of the runtime's own, and what is given. */
export function processEnvironment(given: Readonly<Record<string, string>>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...given };
}

/** How AWS's tools find the runtime and who they are. */
export function awsEnvironment(access: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
}): Record<string, string> {
  const { endpoint, region, credentials } = access;
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    // Otherwise SDKs look for instance credentials, and add host names to an address.
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
  };
}
