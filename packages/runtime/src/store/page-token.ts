import { createHash } from 'node:crypto';

/**
 * Opaque continuation tokens. A token holds a position and a digest of the question it belongs to, so
 * that one from another list, or a damaged one, is recognised.
 */
export function pageToken(position: string, question: unknown): string {
  return Buffer.from(JSON.stringify([position, digest(question)])).toString('base64url');
}

/** @returns the position in a token, or undefined when the token is not one for this question */
export function pagePosition(token: string, question: unknown): string | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (!Array.isArray(parsed) || typeof parsed[0] !== 'string' || parsed[1] !== digest(question))
      return undefined;
    return parsed[0];
  } catch {
    return undefined;
  }
}

function digest(question: unknown): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, 12);
}
