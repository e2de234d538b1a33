import type { Bucket } from './bucket-store.ts';
import { fault, invalidArgument, invalidRequest, unsupported } from './errors.ts';
import type { ObjectLock, ObjectVersion } from './object-store.ts';

/** The headers of a request that lock a new object. */
export interface LockInput {
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
  readonly ObjectLockEventHold?: string | undefined;
}

const MODES = ['GOVERNANCE', 'COMPLIANCE'];
const DAY_MS = 24 * 3600 * 1000;

export function hasObjectLock({ settings }: Bucket): boolean {
  return settings.objectLock?.ObjectLockEnabled === 'Enabled';
}

/** The lock of a new object: what the request says, or else the bucket's rule. */
export function lockOf(input: LockInput, bucket: Bucket, now: Date): ObjectLock | undefined {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = input;
  if (input.ObjectLockEventHold !== undefined) throw unsupportedEventHold();
  const asked = mode !== undefined || until !== undefined || hold !== undefined;
  if (asked && !hasObjectLock(bucket)) throw invalidRequest('Bucket is missing Object Lock Configuration');
  if ((mode === undefined) !== (until === undefined)) {
    throw invalidArgument(
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      mode === undefined ? 'x-amz-object-lock-mode' : 'x-amz-object-lock-retain-until-date',
    );
  }
  if (mode !== undefined && !MODES.includes(mode)) {
    throw invalidArgument('Unknown wormMode directive.', 'x-amz-object-lock-mode', mode);
  }
  if (until && until <= now) {
    throw invalidArgument(
      'The retain until date must be in the future!',
      'x-amz-object-lock-retain-until-date',
      until.toISOString(),
    );
  }
  if (hold !== undefined && hold !== 'ON' && hold !== 'OFF') {
    throw invalidArgument('Legal Hold must be either of "ON" or "OFF"', 'x-amz-object-lock-legal-hold', hold);
  }
  const retention = until ? { mode: mode as ObjectLock['mode'], until } : defaultRetention(bucket, now);
  if (!retention && hold === undefined) return undefined;
  return { ...retention, ...(hold !== undefined && { legalHold: hold as 'ON' | 'OFF' }) };
}

function defaultRetention({ settings }: Bucket, now: Date): ObjectLock | undefined {
  const rule = settings.objectLock?.Rule?.DefaultRetention;
  if (!rule?.Mode) return undefined;
  const until = new Date(now.getTime() + (rule.Days ?? 0) * DAY_MS);
  until.setUTCFullYear(until.getUTCFullYear() + (rule.Years ?? 0));
  return { mode: rule.Mode, until };
}

/**
 * Whether a version may be deleted for good.
 *
 * @param bypass - the caller asks to pass over governance mode
 * @throws AccessDenied
 */
export function checkUnlocked({ document }: ObjectVersion, now: Date, bypass: boolean | undefined): void {
  const { lock } = document;
  if (!lock) return;
  if (lock.legalHold === 'ON') throw locked();
  if (lock.until && lock.until > now && !(bypass && lock.mode === 'GOVERNANCE')) throw locked();
}

/** The headers with which a lock is answered. */
export function lockHeaders(lock: ObjectLock | undefined) {
  return {
    ObjectLockMode: lock?.mode,
    ObjectLockRetainUntilDate: lock?.until,
    ObjectLockLegalHoldStatus: lock?.legalHold,
  };
}

/** A retention that begins with an event, which S3 offers besides. */
export function unsupportedEventHold(): Error {
  return unsupported('An event hold');
}

function locked(): Error {
  return fault('AccessDenied', {}, 'Access Denied because object protected by object lock.');
}
