import type { BucketLifecycleConfiguration, LifecycleRule } from '@aws-sdk/client-s3';
import type { Ids } from '../../../store/ids.ts';
import { malformedXml } from '../../../wire/xml.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';

const DAY_MS = 24 * 3600 * 1000;

/**
 * Checks lifecycle rules as S3 does and gives those an id that have none. The rules are kept; nothing
 * expires here.
 *
 * @throws MalformedXML, InvalidArgument, InvalidRequest
 */
export function checkLifecycle(
  { Rules = [] }: BucketLifecycleConfiguration,
  ids: Ids,
): BucketLifecycleConfiguration {
  if (Rules.length === 0) throw malformedXml();
  const seen = new Set<string>();
  return {
    Rules: Rules.map((rule) => {
      checkFilter(rule);
      checkActions(rule);
      const ID = rule.ID || ids.uuid();
      if (seen.has(ID)) {
        throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID', ID);
      }
      seen.add(ID);
      return { ...rule, ID };
    }),
  };
}

function checkFilter({ Filter, Prefix }: LifecycleRule): void {
  if ((Filter === undefined) === (Prefix === undefined)) throw malformedXml();
  if (Filter && Object.values(Filter).filter((value) => value !== undefined).length > 1) throw malformedXml();
  const tags = Filter?.And?.Tags ?? [];
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) {
    throw invalidRequest('Duplicate Tag Keys are not allowed.');
  }
}

function checkActions(rule: LifecycleRule): void {
  const { Expiration, NoncurrentVersionExpiration: noncurrent } = rule;
  if (
    noncurrent &&
    noncurrent.NoncurrentDays === undefined &&
    noncurrent.NewerNoncurrentVersions === undefined
  ) {
    throw malformedXml();
  }
  if (Expiration) {
    const { Date: date, Days, ExpiredObjectDeleteMarker } = Expiration;
    if (ExpiredObjectDeleteMarker !== undefined && (Days !== undefined || date !== undefined))
      throw malformedXml();
    if (date && date.getTime() % DAY_MS !== 0) {
      throw invalidArgument("'Date' must be at midnight GMT", 'Date', date.toISOString());
    }
    if (Days !== undefined && Days <= 0) {
      throw invalidArgument("'Days' for Expiration action must be a positive integer", 'Days', Days);
    }
  }
  for (const { NoncurrentDays, StorageClass } of rule.NoncurrentVersionTransitions ?? []) {
    if (NoncurrentDays === undefined || StorageClass === undefined) throw malformedXml();
  }
  const actions = [
    Expiration,
    noncurrent,
    rule.AbortIncompleteMultipartUpload,
    rule.Transitions?.length,
    rule.NoncurrentVersionTransitions?.length,
  ];
  if (!actions.some(Boolean)) throw invalidRequest('At least one action needs to be specified in a rule');
}
