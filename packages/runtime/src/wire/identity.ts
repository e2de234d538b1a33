import type { WireRequest } from './request.ts';

/** What a request's signature says about its sender; the signature itself is not checked on loopback. */
export interface Identity {
  readonly accessKeyId?: string;
  readonly region?: string;
  /** The signing name of the service the request is meant for, such as `s3` or `monitoring`. */
  readonly signingName?: string;
}

// Signature version 4: Credential=<key>/<date>/<region>/<service>/aws4_request
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
const CREDENTIAL = /Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request/;
// Signature version 4a names no region in the scope.
const CREDENTIAL_4A = /Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\/aws4_request/;
// Signature version 2, still sent by old S3 tools: AWS <key>:<signature>
const CREDENTIAL_2 = /^AWS ([^:\s]+):/;

/** Reads the credential scope from the Authorization header or, for presigned URLs, from the query. */
export function identify(request: WireRequest): Identity {
  const header = request.headers['authorization'];
  if (header) return fromHeader(header);
  const credential = request.query.get('X-Amz-Credential')?.[0];
  if (credential) return fromHeader(`Credential=${credential}`);
  const oldKey = request.query.get('AWSAccessKeyId')?.[0];
  return oldKey ? { accessKeyId: oldKey, signingName: 's3' } : {};
}

function fromHeader(header: string): Identity {
  const v4 = CREDENTIAL.exec(header);
  if (v4) return { accessKeyId: v4[1]!, region: v4[2]!, signingName: v4[3]! };
  const v4a = CREDENTIAL_4A.exec(header);
  if (v4a) return { accessKeyId: v4a[1]!, signingName: v4a[2]! };
  const v2 = CREDENTIAL_2.exec(header);
  return v2 ? { accessKeyId: v2[1]!, signingName: 's3' } : {};
}
