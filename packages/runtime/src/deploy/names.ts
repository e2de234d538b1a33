import { createHash } from 'node:crypto';

const SUFFIX_LENGTH = 12;

export interface NameOptions {
  readonly longest: number;
  readonly lowerCase?: boolean | undefined;
}

/** What a physical name is made of. */
export interface NameSource {
  readonly stackName: string;
  readonly logicalId: string;
  /** What tells this resource from others of the same stack and logical id: its scope and its generation. */
  readonly distinction: string;
}

/**
 * The name of a resource whose template gives it none: `<stack>-<logical id>-<suffix>`, the suffix a hash,
 * so that a deployment carried on after a crash finds the name it had. Where it would be too long, the
 * stack's part and the resource's part are cut, never the suffix.
 */
export function physicalName(
  { stackName, logicalId, distinction }: NameSource,
  { longest, lowerCase = false }: NameOptions,
): string {
  const digest = createHash('sha256').update(`${distinction}/${stackName}/${logicalId}`).digest();
  const alphabet = lowerCase
    ? 'abcdefghijklmnopqrstuvwxyz0123456789'
    : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  const suffix = Array.from(
    digest.subarray(0, SUFFIX_LENGTH),
    (byte) => alphabet[byte % alphabet.length],
  ).join('');
  const room = longest - SUFFIX_LENGTH - 2;
  // Each part gets half; what the shorter one leaves, the longer one may have.
  const half = Math.floor(room / 2);
  const forStack = Math.max(half, room - logicalId.length);
  const stackPart = stackName.slice(0, Math.max(forStack, 1));
  const resourcePart = logicalId.slice(0, Math.max(room - stackPart.length, 1));
  const name = `${stackPart}-${resourcePart}-${suffix}`;
  return lowerCase ? name.toLowerCase() : name;
}
