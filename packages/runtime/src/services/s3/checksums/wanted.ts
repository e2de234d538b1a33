import { fault, invalidRequest } from '../errors.ts';
import { ALGORITHMS, type Algorithm, isAlgorithm, isChecksumOf } from './digest.ts';

/** Members of requests and answers that hold a checksum: `ChecksumCRC32` and so on. */
export type ChecksumMembers = { readonly [Name in `Checksum${Algorithm}`]?: string | undefined };

/** Which checksum a request asks for or brings along. */
export interface WantedChecksum {
  readonly algorithm: Algorithm;
  /** What the client says it is; it may also come behind the body. */
  readonly expected?: string | undefined;
}

const MEMBERS = ALGORITHMS.map((algorithm) => [algorithm, `Checksum${algorithm}`] as const);

/** The checksum that a request brings in a header. @throws InvalidRequest when it is none, or several */
export function checksumInHeaders(input: ChecksumMembers): WantedChecksum | undefined {
  const given = MEMBERS.filter(([, member]) => input[member] !== undefined);
  if (given.length > 1) {
    throw invalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const [algorithm, member] = given[0] ?? [];
  if (!algorithm || !member) return undefined;
  const expected = input[member]!;
  if (!isChecksumOf(algorithm, expected)) {
    throw invalidRequest(`Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid.`);
  }
  return { algorithm, expected };
}

/**
 * The checksum of a body: what a header brings, what is announced to come behind the body, or what the
 * SDK's header names.
 *
 * @param announced - names of headers behind the body, in lower case
 */
export function checksumOfBody(
  input: ChecksumMembers & { readonly ChecksumAlgorithm?: string | undefined },
  announced: readonly string[],
): WantedChecksum | undefined {
  const wanted = checksumInHeaders(input);
  const named = input.ChecksumAlgorithm?.toUpperCase();
  if (named !== undefined && (!isAlgorithm(named) || (wanted && wanted.algorithm !== named))) {
    throw invalidRequest('Value for x-amz-sdk-checksum-algorithm header is invalid.');
  }
  if (wanted) return wanted;
  const trailer = announced.find((name) => name.startsWith('x-amz-checksum-'));
  const algorithm = trailer === undefined ? named : trailer.slice('x-amz-checksum-'.length).toUpperCase();
  if (algorithm === undefined) return undefined;
  if (!isAlgorithm(algorithm)) throw unsupportedAlgorithm();
  return { algorithm };
}

/** @throws BadDigest when the checksum is not the expected one */
export function checkExpected(algorithm: Algorithm, actual: string, expected: string | undefined): void {
  if (expected === undefined || expected === actual) return;
  throw fault('BadDigest', {}, `The ${algorithm} you specified did not match the calculated checksum.`);
}

export function unsupportedAlgorithm(): Error {
  return invalidRequest(
    `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${[...ALGORITHMS].sort().join(', ')}]`,
  );
}

/** A checksum as a member of an answer. */
export function checksumMember(
  checksum: { algorithm: Algorithm; value: string } | undefined,
): ChecksumMembers {
  return checksum ? { [`Checksum${checksum.algorithm}`]: checksum.value } : {};
}
