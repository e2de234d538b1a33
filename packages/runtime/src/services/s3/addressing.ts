import { isBucketName } from './names.ts';

// Where a bucket's name stands before the rest of the host: `bucket.s3.eu-west-1.amazonaws.com`,
// `bucket.s3.localhost.localstack.cloud`, `bucket.s3.localhost`, and without `s3` on this machine itself.
const SERVICE_HOST =
  /^(.+?)\.s3[.-](?:[a-z0-9-]+\.)*(?:amazonaws\.com(?:\.cn)?|localhost\.localstack\.cloud|localhost)$/;
const SERVICE_ADDRESS = /^(.+?)\.s3\.\d{1,3}(?:\.\d{1,3}){3}$/;
const LOCAL = /^(.+)\.(?:localhost|\d{1,3}(?:\.\d{1,3}){3})$/;

/** The bucket that a Host header stands for, when requests are addressed in the virtual-hosted style. */
export function hostSegment(host: string): string | undefined {
  const found = SERVICE_HOST.exec(host) ?? SERVICE_ADDRESS.exec(host) ?? LOCAL.exec(host);
  const name = found?.[1];
  return name !== undefined && name !== 's3' && isBucketName(name) ? name : undefined;
}
