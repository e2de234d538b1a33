import { StateFailure } from '../failures.ts';

/** Whether a JSON text is beyond the payload quota. */
export function exceeds(text: string, bytes: number): boolean {
  // A UTF-16 unit takes at most three bytes in UTF-8, so most texts need not be measured.
  return text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
}

/** The failure that AWS reports for data beyond the payload quota; recorded for Lambda results. */
export function dataLimitFailure(subject: string): StateFailure {
  const cause = `The state/task '${subject}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  return new StateFailure({ error: 'States.DataLimitExceeded', cause }, { verbatim: true });
}
