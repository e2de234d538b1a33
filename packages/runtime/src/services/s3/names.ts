import { createHash } from 'node:crypto';
import { fault } from './errors.ts';

const LONGEST_KEY = 1024;

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
const NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/;
const RESERVED = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

export function isBucketName(name: string): boolean {
  return NAME.test(name) && !name.includes('..') && !ADDRESS.test(name) && !RESERVED.test(name);
}

/** @throws KeyTooLongError */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size > LONGEST_KEY) throw fault('KeyTooLongError', { Size: size, MaxSizeAllowed: LONGEST_KEY });
}

/** An account as the owner of buckets and objects: S3 knows it by a "canonical" id of its own. */
export function ownerOf(account: string): { ID: string; DisplayName: string } {
  return { ID: createHash('sha256').update(`canonical user ${account}`).digest('hex'), DisplayName: account };
}

/** The whole second of a time: S3 keeps no fractions. */
export function wholeSecond(milliseconds: number): Date {
  return new Date(Math.floor(milliseconds / 1000) * 1000);
}

/** Text as in `encoding-type=url` and in events: form encoding, with slashes as they are. */
export function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+');
}
