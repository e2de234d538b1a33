import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import { ServiceError } from '../../../dispatch/errors.ts';

const MOST_ENTRIES = 10;

/**
 * Checks what all batches have in common.
 *
 * @throws EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId, BatchEntryIdsNotDistinct
 */
export function checkEntries(entries: readonly { readonly Id: string }[], type: string): void {
  if (entries.length === 0) {
    throw new ServiceError('EmptyBatchRequest', `There should be at least one ${type} in the request.`);
  }
  if (entries.length > MOST_ENTRIES) {
    throw new ServiceError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id)) {
      throw new ServiceError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    if (seen.has(Id)) throw new ServiceError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    seen.add(Id);
  }
}

/** Carries out a batch entry by entry; a refused one does not hold up the others. */
export function eachEntry<Entry extends { readonly Id: string }, Result extends object>(
  entries: readonly Entry[],
  carryOut: (entry: Entry) => Result,
): { Successful: (Result & { Id: string })[]; Failed: BatchResultErrorEntry[] } {
  const Successful: (Result & { Id: string })[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ ...carryOut(entry), Id: entry.Id });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}
