import jsonata from 'jsonata';

/** A parsed `{% … %}` string. */
export interface JsonataExpression {
  /** The text between the markers, for error messages. */
  readonly text: string;
  readonly compiled: jsonata.Expression;
}

/**
 * The bounds of one evaluation. Public measurements of the service put its nesting limit at 100 and
 * its memory limit near a sequence of 873,782 numbers; it also ends endless loops, after a time it
 * does not document.
 */
const bounds = { stack: 100, sequence: 873_782, timeout: 5_000 };

/** Whether a string is an expression: AWS wants the markers at its very ends. */
export function isJsonata(text: string): boolean {
  return text.length >= 4 && text.startsWith('{%') && text.endsWith('%}');
}

/**
 * Parses a string for which `isJsonata` holds.
 * @throws JsonataSyntaxError with the message of the JSONata parser
 */
export function parseJsonata(text: string): JsonataExpression {
  const source = text.slice(2, -2).trim();
  try {
    return { text: source, compiled: jsonata(source, bounds) };
  } catch (error) {
    throw new JsonataSyntaxError((error as jsonata.JsonataError).message);
  }
}

export class JsonataSyntaxError extends Error {
  override readonly name = 'JsonataSyntaxError';
}
